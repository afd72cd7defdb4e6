import { daysAgo, keepTrackHouse } from "@nofx/track-kit";
import type { Deps } from "./deps.ts";
import { forgetApplied } from "./indexing/applied.store.ts";
import { deleteOldSearches } from "./searching/kept-search.store.ts";

/**
 * Deletes a batch of everything that has served its time; gives how much, 0 when nothing is left. Safe to run in any
 * number of replicas.
 */
export const keepHouse = async (deps: Pick<Deps, "track" | "db" | "env" | "now">): Promise<number> => {
  const days = deps.env.SEARCHES_RETENTION_DAYS;
  const searches = days === 0 ? 0 : await deleteOldSearches(deps.db, daysAgo(deps.now(), days));
  return searches + (await forgetApplied(deps.db)) + (await keepTrackHouse(deps));
};
