import type { AuditEntry } from "@nofx/contract-kit";
import { type AuditFilter, listAudit } from "@nofx/db-kit";
import { cursorCodec, type RequestContext, toPage } from "@nofx/service-kit";
import { z } from "zod";
import type { TrackDeps } from "../track-deps.ts";

const position = z.object({ at: z.iso.datetime(), id: z.string().regex(/^-?\d{1,18}$/) });

/** A cursor is good for the filters it was made with. */
const cursorsFor = (filter: AuditFilter) =>
  cursorCodec(`audit ${JSON.stringify(filter, Object.keys(filter).sort())}`, position);

interface Query extends AuditFilter {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** What was done in the caller's tenant, newest first. */
export const listAuditLog = async <DB>(
  deps: Pick<TrackDeps<DB>, "db">,
  ctx: RequestContext,
  { limit, cursor, ...filter }: Query,
): Promise<{ entries: AuditEntry[]; nextCursor?: string }> => {
  const cursors = cursorsFor(filter);
  const before = cursors.decode(cursor);
  const rows = await listAudit(deps.db, ctx, filter, { before, limit: limit + 1 });
  const { items, ...rest } = toPage(rows, limit, ({ at, id }) => cursors.encode({ at, id }));
  return { entries: items, ...rest };
};
