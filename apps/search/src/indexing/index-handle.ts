import type { Freshness } from "@nofx/contract-search";
import { type Database, keptValue, type Reads } from "@nofx/db-kit";
import type { DB } from "../db/schema.gen.ts";
import { appliedChanges } from "./applied-changes.ts";
import type { Noticed } from "./notices.ts";
import { readStanding } from "./standing.store.ts";

/** How the index stands, for those who search it. */
export interface IndexStanding {
  /** The generation that is searched, 0 if there is none yet; known without asking the database but for a switch. */
  generation(): Promise<number>;
  /** What `freshness` tells of the sources. */
  sources(): Promise<Pick<Freshness, "stale" | "sources">>;
}

/** How far the index has come. */
export interface Index extends IndexStanding {
  /** Waits until a change is in the index. False: not within `waitMs`. */
  contains(changeId: string, waitMs: number, signal?: AbortSignal): Promise<boolean>;
}

/** A source is asked every few seconds; one that did not answer for longer may have news. */
const staleMs = 10_000;

/** A generation that was replaced is dropped much later than anybody may still believe in it. */
const memory = { freshMs: 500, keptMs: 5_000 };

/** Keeps in mind how the index stands; the notices of others tell when it does no more. */
export const indexStanding = (db: Reads<DB>, noticed: Noticed): IndexStanding => {
  const standing = keptValue(() => readStanding(db), memory);
  noticed.add((notice) => {
    if (notice === undefined || notice === "generations") standing.forget();
  });
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
  };
};

/** Makes the handle of this process. */
export const indexHandle = (db: Database<DB>, noticed: Noticed): Index => ({
  ...indexStanding(db, noticed),
  ...appliedChanges(db, noticed),
});
