import { unwrap } from "@nofx/client";
import type { Token } from "@nofx/contract-registry";
import type { Context } from "../context.ts";

/** Every token of the tenant, newest first, revoked and expired ones included. */
export const listTokens = async (context: Context): Promise<Token[]> => {
  const { tenant } = context.options;
  const client = await context.registry();
  const tokens: Token[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: 100, ...(cursor !== undefined && { cursor }), ...(tenant !== undefined && { tenant }) };
    const page = await unwrap(client.listTokens(query));
    tokens.push(...page.tokens);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return tokens;
};
