import type { Token } from "@nofx/contract-registry";
import { cursorCodec, type RequestContext, toPage } from "@nofx/service-kit";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { onBehalfOf } from "./tenant-of.ts";
import { listTokens as list } from "./token.store.ts";

const cursors = cursorCodec("tokens", z.object({ createdAt: z.iso.datetime(), id: z.uuid() }));

/** A tenant's tokens, newest first. */
export const listTokens = async (
  deps: Deps,
  ctx: RequestContext,
  query: { readonly limit: number; readonly cursor?: string | undefined; readonly tenant?: string | undefined },
): Promise<{ tokens: Token[]; nextCursor?: string }> => {
  const after = cursors.decode(query.cursor);
  const scope = await onBehalfOf(deps, ctx, query.tenant);
  const rows = await list(deps.db, scope, { after, limit: query.limit + 1 });
  const { items, ...rest } = toPage(rows, query.limit, ({ createdAt, id }) => cursors.encode({ createdAt, id }));
  return { tokens: items, ...rest };
};
