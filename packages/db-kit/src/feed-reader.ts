import { type ChangePage, type FeedPosition, readChanges } from "./changes.ts";
import type { Database } from "./database.ts";
import type { FeedSignal } from "./feed-signal.ts";
import type { TenantScope } from "./tenant.ts";

/**
 * Where a reader without a position begins: at the very first change, at the oldest that is left, or behind everything
 * that has happened.
 */
export type FeedStart = "start" | "oldest" | "now";
export type FeedPlace = FeedPosition | FeedStart;

/** A reader cannot go on, because changes between its place and what is there are missing; and why. */
export interface FeedGone {
  readonly gone: string;
}

/** A feed with what wakes its readers. */
export interface Feed<DB> {
  readonly db: Database<DB>;
  readonly signal: FeedSignal;
}

/** Why reading cannot go on at a place; undefined if it can. */
const missing = (place: FeedPlace, feed: Omit<ChangePage, "rows" | "position">): string | undefined => {
  if (place === "oldest" || place === "now") return undefined;
  if (place === "start")
    return feed.prunedTo > 0n
      ? "The first changes are past their retention; begin with the oldest one left."
      : undefined;
  if (place.epoch !== feed.epoch) return "The cursor is from before a restore.";
  if (place.position < feed.prunedTo) return "The changes behind the cursor are past their retention.";
  if (place.position > feed.head) return "The cursor is ahead of the feed, which was restored from an older state.";
  return undefined;
};

/** The caller's next changes from a place on, at once. */
export const readFeed = async <DB>(
  db: Database<DB>,
  scope: TenantScope,
  place: FeedPlace,
  limit: number,
): Promise<ChangePage | FeedGone> => {
  const after = typeof place === "string" ? 0n : place.position;
  const page = await readChanges(db, scope, after, place === "now" ? 0 : limit);
  const gone = missing(place, page);
  return gone === undefined ? page : { gone };
};

export interface AwaitOptions {
  readonly limit: number;
  /** How long to wait for a change if there is none yet. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

/** The caller's next changes; waits for the first one if there is none yet. From `now`, gives an empty page at once. */
export const awaitChanges = async <DB>(
  feed: Feed<DB>,
  scope: TenantScope,
  from: FeedPlace,
  { limit, waitMs, signal }: AwaitOptions,
): Promise<ChangePage | FeedGone> => {
  const deadline = Date.now() + waitMs;
  let place = from;
  for (;;) {
    // Listen first, then look: a change between the two wakes us.
    const woken = new AbortController();
    const until = AbortSignal.any([signal, woken.signal]);
    const change = feed.signal.next(scope, Math.max(0, deadline - Date.now()), until);
    try {
      const page = await readFeed(feed.db, scope, place, limit);
      const isOver = "gone" in page || page.rows.length > 0 || place === "now" || Date.now() >= deadline;
      if (isOver || signal.aborted) return page;
      place = { epoch: page.epoch, position: page.position };
      await change;
    } finally {
      woken.abort();
    }
  }
};

/**
 * Follows the feed from a place on until the signal ends: pages as they come, an empty one when nothing has happened for
 * `waitMs`. Ends with `gone` if changes are missing. Reads on only when the page before has been taken.
 */
export const followFeed = async function* <DB>(
  feed: Feed<DB>,
  scope: TenantScope,
  from: FeedPlace,
  options: AwaitOptions,
): AsyncGenerator<ChangePage | FeedGone, void> {
  let place = from;
  while (!options.signal.aborted) {
    const page = await awaitChanges(feed, scope, place, options);
    yield page;
    if ("gone" in page) return;
    place = { epoch: page.epoch, position: page.position };
  }
};
