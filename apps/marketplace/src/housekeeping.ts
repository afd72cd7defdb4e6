import { daysAgo, keepTrackHouse } from "@nofx/track-kit";
import type { Deps } from "./deps.ts";
import { dropPartition } from "./usage/partition.store.ts";
import { claimDays, deleteOldClaims, deleteOldHours } from "./usage/retention.store.ts";

/** The UTC day of so many days before now. */
const dayOf = (now: Date, days: number): string => daysAgo(now, days).toISOString().slice(0, 10);

/**
 * Deletes a batch of everything that has served its time; gives how much, 0 when nothing is left. Safe to run in any
 * number of replicas.
 */
export const keepHouse = async (deps: Pick<Deps, "track" | "db" | "env" | "now">): Promise<number> => {
  const { db, env } = deps;
  const now = deps.now();
  const common = await keepTrackHouse(deps);
  const claims = await deleteOldClaims(db, dayOf(now, claimDays));
  const hours = env.USAGE_HOURLY_DAYS === 0 ? 0 : await deleteOldHours(db, daysAgo(now, env.USAGE_HOURLY_DAYS));
  // Last, since it may have to give up and come again.
  const days = env.USAGE_RETENTION_DAYS === 0 ? 0 : await dropPartition(db, dayOf(now, env.USAGE_RETENTION_DAYS));
  return common + claims + hours + days;
};
