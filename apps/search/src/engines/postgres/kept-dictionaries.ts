import type { Viewer } from "@nofx/search-core";
import { LRUCache } from "lru-cache";
import type { Lookup } from "../lookup.rules.ts";
import type { Dictionary } from "./dictionary.rules.ts";

/** What was read of dictionaries, for the next who asks by the same words. */
export interface KeptDictionaries {
  /**
   * Does something with what a viewer's dictionary has of these words: first with what is kept, and if that no longer holds
   * (`attempt` gives undefined), with what `read` gives.
   */
  use<T>(
    asked: { readonly generation: number; readonly viewer: Viewer; readonly lookup: Lookup },
    read: () => Promise<Dictionary>,
    attempt: (dictionary: Dictionary, isKept: boolean) => Promise<T | undefined>,
  ): Promise<T>;
}

const keptMax = 2_000;

/** Keeps dictionaries by who asks for what: nobody is answered from what another tenant may see. */
export const keptDictionaries = (): KeptDictionaries => {
  const kept = new LRUCache<string, Dictionary>({ max: keptMax });
  return {
    use: async ({ generation, viewer: { tenantId, seesAll }, lookup }, read, attempt) => {
      const key = JSON.stringify([generation, seesAll, tenantId, lookup]);
      const known = kept.get(key);
      if (known) {
        const done = await attempt(known, true);
        if (done !== undefined) return done;
        // What one was read before, all may have been.
        kept.clear();
      }
      const dictionary = await read();
      kept.set(key, dictionary);
      const done = await attempt(dictionary, false);
      if (done === undefined) throw new Error("a search was refused with what was just read");
      return done;
    },
  };
};
