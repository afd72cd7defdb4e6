import { unwrap } from "@nofx/client";
import { expect } from "vitest";
import { differencesOf, rowsOf } from "./faults/index-rows.ts";
import { stateOf, untilBuilt } from "./index-state.ts";
import type { World } from "./world.ts";

/** Holds what the index is against what it becomes when everything is read anew: row for row; gives how many there are. */
export const expectRebuildToBeEqual = async (here: Pick<World, "database" | "operator" | "deps">): Promise<number> => {
  const { generation } = await stateOf(here);
  const kept = await rowsOf(here.database.query, generation);
  await unwrap(here.operator.reindexSearch({ body: { reason: "To compare" } }));
  await untilBuilt(here, generation + 1);
  expect(differencesOf(kept, await rowsOf(here.database.query, generation + 1))).toEqual([]);
  return kept.length;
};
