import type { Database } from "@nofx/db-kit";
import type { DB } from "../db/schema.gen.ts";
import { findApplied } from "./applied.store.ts";
import type { Noticed } from "./notices.ts";

/** Lets callers wait until changes are in the index. */
export interface AppliedChanges {
  contains(changeId: string, waitMs: number, signal?: AbortSignal): Promise<boolean>;
}

/** All who wait are looked for in one question, and never two questions at the same time. */
export const appliedChanges = (db: Database<DB>, noticed: Noticed): AppliedChanges => {
  const waiting = new Map<symbol, { readonly id: string; readonly found: () => void }>();
  let isLooking = false;
  let again = false;
  const lookOnce = async (): Promise<void> => {
    const asked = [...waiting.values()];
    if (asked.length === 0) return;
    const applied = await findApplied(db, [...new Set(asked.map(({ id }) => id))]);
    for (const { id, found } of asked) if (applied.has(id)) found();
  };
  const lookWhileWanted = async (): Promise<void> => {
    while (again) {
      again = false;
      // Whoever waits asks once more when the time is up, and learns of the failure then.
      await lookOnce().catch(() => undefined);
    }
    isLooking = false;
  };
  const look = (): void => {
    again = true;
    if (isLooking) return;
    isLooking = true;
    void lookWhileWanted();
  };
  noticed.add((notice) => {
    if (notice !== "released" && notice !== "pending") look();
  });
  const wait = (id: string, waitMs: number, signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve) => {
      const key = Symbol(id);
      const end = (): void => {
        waiting.delete(key);
        clearTimeout(timer);
        signal?.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, waitMs);
      signal?.addEventListener("abort", end);
      waiting.set(key, { id, found: end });
      // Only now: what was applied before somebody waited is told to nobody.
      look();
    });
  const isApplied = async (id: string): Promise<boolean> => (await findApplied(db, [id])).has(id);
  return {
    contains: async (changeId, waitMs, signal) => {
      const id = changeId.toLowerCase();
      if (await isApplied(id)) return true;
      if (waitMs <= 0 || signal?.aborted) return false;
      await wait(id, waitMs, signal);
      return signal?.aborted ? false : await isApplied(id);
    },
  };
};
