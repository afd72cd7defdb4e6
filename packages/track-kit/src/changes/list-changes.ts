import type { Change } from "@nofx/contract-kit";
import { awaitChanges, type FeedPlace, type FeedStart, formatPosition, parsePosition } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import { problem } from "../problem.ts";
import type { TrackDeps } from "../track-deps.ts";
import { toChange } from "./change.store.ts";

export interface ChangesQuery {
  readonly after?: string | undefined;
  readonly from: FeedStart;
  readonly limit: number;
  readonly wait: number;
}

/** Where to read on: behind the cursor, if there is one. */
export const placeOf = (cursor: string | undefined, from: FeedStart): FeedPlace => {
  if (cursor === undefined) return from;
  const place = parsePosition(cursor);
  if (!place) throw problem("cursor_invalid");
  return place;
};

/** Reads the caller's next changes, and waits for the first one if there is none yet. */
export const listChanges = async <DB>(
  deps: Pick<TrackDeps<DB>, "feed">,
  ctx: RequestContext,
  query: ChangesQuery,
): Promise<{ changes: Change[]; next: string }> => {
  const order = { limit: query.limit, waitMs: query.wait * 1000, signal: ctx.signal };
  const page = await awaitChanges(deps.feed, ctx, placeOf(query.after, query.from), order);
  if ("gone" in page) throw problem("changes_gone", { detail: page.gone });
  return { changes: page.rows.map((row) => toChange(page.epoch, row)), next: formatPosition(page) };
};
