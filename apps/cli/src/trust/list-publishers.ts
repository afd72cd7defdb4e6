import { unwrap } from "@nofx/client";
import type { TrustedPublisher } from "@nofx/contract-registry";
import type { Context } from "../context.ts";

/** Every trusted publisher of the tenant, newest first. */
export const listPublishers = async (context: Context): Promise<TrustedPublisher[]> => {
  const { tenant } = context.options;
  const client = await context.registry();
  const publishers: TrustedPublisher[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: 100, ...(cursor !== undefined && { cursor }), ...(tenant !== undefined && { tenant }) };
    const page = await unwrap(client.listTrustedPublishers(query));
    publishers.push(...page.trustedPublishers);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return publishers;
};

/** What a publisher may publish, in one line. */
export const publishedText = ({
  agents = [],
  templates = [],
}: {
  readonly agents?: readonly string[] | undefined;
  readonly templates?: readonly string[] | undefined;
}): string => [...agents, ...templates.map((template) => `template ${template}`)].join(", ");

/** Claims as they are typed: `repository=acme/agents`. */
export const claimsText = (claims: TrustedPublisher["claims"]): string =>
  Object.entries(claims)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
