import type { Database } from "@nofx/db-kit";
import type { DB } from "../db/schema.gen.ts";
import { insertClicks, insertSearches, type KeptClick, type KeptSearch } from "./kept-search.store.ts";
import { startWriteBehind } from "./write-behind.ts";

/** What became of searches. */
export type SearchOutcome = "found" | "corrected" | "nothing";
/** What became of waiting for a change. */
export type WaitOutcome = "arrived" | "late";
/** What became of clicks. */
export type ClickOutcome = "kept" | "ignored";

/** Searches and clicks on their way to where they are kept, and what has been counted since the process started. */
export interface KeptSearches {
  keepSearch(search: KeptSearch): void;
  keepClick(click: KeptClick): void;
  readonly outcomes: Map<SearchOutcome, number>;
  readonly waits: Map<WaitOutcome, number>;
  readonly clicks: Map<ClickOutcome, number>;
  waiting(): number;
  /** Not kept, since too many waited. */
  dropped(): number;
  stop(): Promise<void>;
}

const limits = { waitingMax: 10_000, batchMax: 500, pollMs: 1_000 };

/** One more of these. */
export const count = <Key>(counts: Map<Key, number>, key: Key): void =>
  void counts.set(key, (counts.get(key) ?? 0) + 1);

/** Starts keeping searches and clicks, beside the answers. */
export const startKeptSearches = (
  db: Database<DB>,
  { onError }: { readonly onError: (error: Error) => void },
): KeptSearches => {
  const searches = startWriteBehind<KeptSearch>({ ...limits, write: (rows) => insertSearches(db, rows), onError });
  const clicked = startWriteBehind<KeptClick>({ ...limits, write: (rows) => insertClicks(db, rows), onError });
  return {
    keepSearch: searches.add,
    keepClick: clicked.add,
    outcomes: new Map([
      ["found", 0],
      ["corrected", 0],
      ["nothing", 0],
    ]),
    waits: new Map([
      ["arrived", 0],
      ["late", 0],
    ]),
    clicks: new Map([
      ["kept", 0],
      ["ignored", 0],
    ]),
    waiting: () => searches.waiting() + clicked.waiting(),
    dropped: () => searches.dropped() + clicked.dropped(),
    stop: async () => void (await Promise.all([searches.stop(), clicked.stop()])),
  };
};
