import type { TrustedPublisher } from "@nofx/contract-registry";
import { cursorCodec, type RequestContext, toPage } from "@nofx/service-kit";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { onBehalfOf } from "../tokens/tenant-of.ts";
import { listPublishers } from "./trusted-publisher.store.ts";

const cursors = cursorCodec("trusted-publishers", z.object({ createdAt: z.iso.datetime(), id: z.uuid() }));

/** A tenant's trusted publishers, newest first. */
export const listTrustedPublishers = async (
  deps: Deps,
  ctx: RequestContext,
  query: { readonly limit: number; readonly cursor?: string | undefined; readonly tenant?: string | undefined },
): Promise<{ trustedPublishers: TrustedPublisher[]; nextCursor?: string }> => {
  const after = cursors.decode(query.cursor);
  const scope = await onBehalfOf(deps, ctx, query.tenant);
  const rows = await listPublishers(deps.db, scope, { after, limit: query.limit + 1 });
  const { items, ...rest } = toPage(rows, query.limit, ({ createdAt, id }) => cursors.encode({ createdAt, id }));
  return { trustedPublishers: items, ...rest };
};
