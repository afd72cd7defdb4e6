import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { type Drain, startDrain } from "@nofx/db-kit";
import type { GuardOptions } from "@nofx/track-kit";
import type { Deps } from "../deps.ts";
import { type MarketplaceUsage, marketplaceUsage } from "./marketplace-usage.ts";
import { endReading, holdSource, keepNews, keepPage, releaseSource } from "./usage-source.store.ts";

/** What follows the marketplace, beside requests. Of all processes of a registry one does. */
export interface UsageFollower {
  /** Begins to follow with a service's token, for whom it is not known at the start. The first one holds. */
  follow(token: string): void;
  /** Whether there is somebody to follow. */
  isFollowing(): boolean;
  stop(): Promise<void>;
}

type FollowDeps = Pick<Deps, "db" | "log">;

/** After a failure, and while another process reads. */
const pollMs = 2_000;
/** Between two reads: what happens meanwhile comes at once. */
const pauseMs = 200;

/** Reads everything anew. The place is taken first: what changes while pages are read comes behind it. */
const readAnew = async (
  { db }: FollowDeps,
  marketplace: MarketplaceUsage,
  holder: string,
  signal: AbortSignal,
): Promise<boolean> => {
  const reading = randomUUID();
  const place = await marketplace.end(signal);
  let cursor: string | undefined;
  do {
    const { days, nextCursor } = await marketplace.page(cursor, signal);
    if (!(await keepPage(db, holder, reading, days))) return false;
    cursor = nextCursor;
  } while (cursor !== undefined);
  return await endReading(db, holder, reading, place);
};

/** One step: reads what has come, or everything if that cannot be said. False: another process reads. */
const followOnce = async (
  deps: FollowDeps,
  marketplace: MarketplaceUsage,
  holder: string,
  signal: AbortSignal,
): Promise<boolean> => {
  const held = await holdSource(deps.db, holder);
  if (!held) return false;
  const news = held.cursor === null ? undefined : await marketplace.after(held.cursor, signal);
  if (!news) return await readAnew(deps, marketplace, holder, signal);
  const isKept = await keepNews(deps.db, holder, news);
  if (!news.isFull) await delay(pauseMs, undefined, { signal });
  return isKept;
};

/** Makes the follower of a marketplace. Without an address it follows nobody. */
export const usageFollower = (
  deps: FollowDeps,
  { baseUrl, ...options }: { readonly baseUrl: string | undefined } & GuardOptions,
): UsageFollower => {
  const holder = randomUUID();
  const stopping = new AbortController();
  let drain: Drain | undefined;
  let failure: string | undefined;
  /** The same failure again and again is told once. */
  const failed = (err: Error): void => {
    if (stopping.signal.aborted || failure === err.message) return;
    failure = err.message;
    deps.log.warn({ err }, "the marketplace cannot be followed");
  };
  const start = (marketplace: MarketplaceUsage): Drain =>
    startDrain(
      async () => {
        const isReader = await followOnce(deps, marketplace, holder, stopping.signal);
        failure = undefined;
        return isReader ? 1 : 0;
      },
      { pollMs, onError: failed },
    );
  return {
    follow: (token) => {
      if (baseUrl !== undefined) drain ??= start(marketplaceUsage({ baseUrl, token }, options));
    },
    isFollowing: () => drain !== undefined,
    stop: async () => {
      stopping.abort();
      if (!drain) return;
      await drain.stop();
      await releaseSource(deps.db, holder).catch(failed);
    },
  };
};
