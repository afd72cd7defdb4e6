import { deleteExpiredKeys, pruneFeed } from "@nofx/db-kit";
import type { TrackDeps } from "./track-deps.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** The time that many days before now. */
export const daysAgo = (now: Date, days: number): Date => new Date(now.getTime() - days * dayMs);

/**
 * Deletes a batch of what has served its time in every service, idempotency keys and the feed's beginning; gives how many
 * rows, 0 when nothing is left. Safe to run in any number of replicas.
 */
export const keepTrackHouse = async <DB>({
  track,
  db,
  env,
  now,
}: Pick<TrackDeps<DB>, "track" | "db" | "env" | "now">): Promise<number> => {
  const keys = await deleteExpiredKeys(db);
  const days = env.CHANGES_RETENTION_DAYS;
  return keys + (days === 0 ? 0 : await pruneFeed(db, track.schema, daysAgo(now(), days)));
};
