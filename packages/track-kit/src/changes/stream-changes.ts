import { awaitChanges, type ChangePage, type FeedGone, followFeed, formatPosition } from "@nofx/db-kit";
import { type RequestContext, streamEvent, streamHeartbeat, streamStart } from "@nofx/service-kit";
import { problem } from "../problem.ts";
import type { TrackDeps } from "../track-deps.ts";
import { toChange } from "./change.store.ts";
import { type ChangesQuery, placeOf } from "./list-changes.ts";

/** Proxies and browsers give a silent connection up, most after a minute. */
const heartbeatMs = 15_000;
const retryMs = 2_000;

/** The last id is that of the place up to which the feed was looked through, also where it held nothing for the caller. */
const eventsOf = (page: ChangePage): string => {
  const changes = page.rows.map((row) => toChange(page.epoch, row));
  const events = changes.map((change) => streamEvent({ id: change.cursor, event: "change", data: change }));
  return (events.join("") || streamHeartbeat) + streamEvent({ id: formatPosition(page) });
};

const goneEvent = ({ gone }: FeedGone): string => {
  const { code, title, status } = problem("changes_gone");
  return streamEvent({ event: "gone", data: { code, title, status, detail: gone } });
};

/**
 * Streams the caller's changes as they happen. The first page is read before the stream begins: a place from which
 * nobody can go on is an ordinary problem.
 */
export const streamChanges = async <DB>(
  deps: Pick<TrackDeps<DB>, "feed">,
  ctx: RequestContext,
  query: ChangesQuery,
): Promise<AsyncIterable<string>> => {
  const place = placeOf(ctx.lastEventId ?? query.after, query.from);
  const order = { limit: query.limit, signal: ctx.signal };
  const page = await awaitChanges(deps.feed, ctx, place, { ...order, waitMs: 0 });
  if ("gone" in page) throw problem("changes_gone", { detail: page.gone });
  return (async function* () {
    yield streamStart(retryMs) + eventsOf(page);
    for await (const next of followFeed(deps.feed, ctx, page, { ...order, waitMs: heartbeatMs })) {
      yield "gone" in next ? goneEvent(next) : eventsOf(next);
    }
  })();
};
