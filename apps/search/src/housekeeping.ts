import { keepTrackHouse } from "@nofx/track-kit";
import type { Deps } from "./deps.ts";
import { forgetApplied } from "./indexing/applied.store.ts";

/** Deletes a batch of everything that has served its time; gives how many rows, 0 when nothing is left. */
export const keepHouse = async (deps: Pick<Deps, "track" | "db" | "env" | "now">): Promise<number> =>
  (await keepTrackHouse(deps)) + (await forgetApplied(deps.db));
