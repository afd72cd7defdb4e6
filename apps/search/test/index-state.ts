import { unwrap } from "@nofx/client";
import type { IndexState, Quarantined } from "@nofx/contract-search";
import { expect } from "vitest";
import type { World } from "./world.ts";

type Searching = Pick<World, "deps" | "operator">;

/** The change that a write answered. */
export const changeOf = ({ headers }: { readonly headers: Headers }): string => {
  const change = headers.get("nofx-change");
  if (change === null) throw new Error("The answer names no change");
  return change;
};

/** Waits until what a write did is in the index. */
export const indexed = async (
  { deps }: Pick<World, "deps">,
  written: { readonly headers: Headers },
  waitMs = 15_000,
): Promise<void> => {
  expect(await deps.index.contains(changeOf(written), waitMs)).toBe(true);
};

export const stateOf = async ({ operator }: Pick<Searching, "operator">): Promise<IndexState> =>
  (await unwrap(operator.getSearchIndex())).index;

/** Waits until the index is as is expected. */
export const untilState = async (searching: Searching, expected: object): Promise<void> => {
  await expect.poll(() => stateOf(searching), { timeout: 20_000, interval: 50 }).toMatchObject(expected);
};

/** Waits until an index has been built, and none is being built. */
export const untilBuilt = async (searching: Searching, generation = 1): Promise<void> => {
  await untilState(searching, { generation, builtAt: expect.any(String) });
};

/** Ids in the table of last states, by tenant and type. */
export const recordsOf = async ({ database }: Pick<World, "database">): Promise<string[]> =>
  (
    await database.query<{ key: string }>(
      "SELECT concat(type, ':', tenant_id, '/', id) AS key FROM search.records ORDER BY 1",
    )
  ).map(({ key }) => key);

export const quarantinedIn = async ({ operator }: Pick<Searching, "operator">): Promise<Quarantined[]> =>
  (await unwrap(operator.listQuarantined())).quarantined;
