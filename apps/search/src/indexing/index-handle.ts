import type { Freshness } from "@nofx/contract-search";
import type { Database } from "@nofx/db-kit";
import type { DB } from "../db/schema.gen.ts";
import { appliedChanges } from "./applied-changes.ts";
import { keptValue } from "./kept-value.ts";
import type { Noticed } from "./notices.ts";
import { readStanding } from "./standing.store.ts";

/** How far the index has come, for those who search it. */
export interface Index {
  /** The generation that is searched, 0 if there is none yet; known without asking the database but for a switch. */
  generation(): Promise<number>;
  /** What `freshness` tells of the sources. */
  sources(): Promise<Pick<Freshness, "stale" | "sources">>;
  /** Waits until a change is in the index. False: not within `waitMs`. */
  contains(changeId: string, waitMs: number, signal?: AbortSignal): Promise<boolean>;
}

/** A source is asked every few seconds; one that did not answer for longer may have news. */
const staleMs = 10_000;

/** A generation that was replaced is dropped much later than anybody may still believe in it. */
const memory = { freshMs: 500, keptMs: 5_000 };

/** Makes the handle of this process, which learns of the others' doings by their notices. */
export const indexHandle = (db: Database<DB>, noticed: Noticed): Index => {
  const standing = keptValue(() => readStanding(db), memory);
  noticed.add((notice) => {
    if (notice === undefined || notice === "generations") standing.forget();
  });
  const applied = appliedChanges(db, noticed);
  return {
    generation: async () => (await standing.get()).generation,
    sources: async () => {
      const { sources } = await standing.get();
      return {
        stale: sources.some(({ ageMs }) => ageMs === undefined || ageMs > staleMs),
        sources: sources.map(({ source, reachable, seenAt }) => ({
          source,
          reachable,
          ...(seenAt && { seenAt: seenAt.toISOString() }),
        })),
      };
    },
    contains: (changeId, waitMs, signal) => applied.contains(changeId, waitMs, signal),
  };
};
