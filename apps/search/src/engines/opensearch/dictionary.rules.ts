import type { KnownWord } from "@nofx/search-core";

/** What is known of the words of a query, counted over the documents that the viewer sees. */
export interface Dictionary {
  readonly documents: number;
  /** In how many documents a stem is. */
  readonly stems: ReadonlyMap<string, number>;
  /** The most frequent words that begin so. */
  readonly beginnings: ReadonlyMap<string, readonly KnownWord[]>;
  /** Words that may have been meant. */
  readonly corrections: ReadonlyMap<string, readonly KnownWord[]>;
}
