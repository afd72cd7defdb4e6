import type { IndexState } from "@nofx/contract-search";
import type { Deps } from "../deps.ts";
import { type Generation, readGenerations } from "./generation.store.ts";
import { countQuarantined } from "./quarantine.store.ts";
import { listSources } from "./source.store.ts";

type StateDeps = Pick<Deps, "db" | "engine">;

const sizeOf = async ({ engine }: StateDeps, found: Generation | undefined) =>
  found ? await engine.size(found.generation) : { documents: 0, terms: 0 };

/** How the index stands. */
export const getSearchIndex = async (deps: StateDeps): Promise<IndexState> => {
  const generations = await readGenerations(deps.db);
  const current = generations.find(({ isCurrent }) => isCurrent);
  const building = generations.find(({ isBuilding }) => isBuilding);
  const [{ documents, terms }, built, sources, quarantined] = await Promise.all([
    sizeOf(deps, current),
    sizeOf(deps, building),
    listSources(deps.db),
    countQuarantined(deps.db),
  ]);
  return {
    generation: current?.generation ?? 0,
    ...(current?.builtAt && { builtAt: current.builtAt.toISOString() }),
    documents,
    terms,
    ...(building && {
      rebuild: {
        generation: building.generation,
        reason: building.reason,
        startedAt: building.startedAt.toISOString(),
        documents: built.documents,
      },
    }),
    sources,
    quarantined,
  };
};
