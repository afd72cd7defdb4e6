import type { KnownWord } from "@nofx/search-core";

/** What the viewer's dictionary knows of the words of a query. */
export interface Dictionary {
  /** How often the index had been written to. */
  readonly applied: number;
  /** Documents that the viewer sees. */
  readonly documents: number;
  /** In how many documents a word is, as it is written. */
  readonly words: ReadonlyMap<string, number>;
  /** In how many a lexeme is. */
  readonly lexemes: ReadonlyMap<string, number>;
  /** The most frequent words that begin so. */
  readonly beginnings: ReadonlyMap<string, readonly KnownWord[]>;
  /** Words that may have been meant. */
  readonly corrections: ReadonlyMap<string, readonly KnownWord[]>;
  /** Part of all documents that each tier has. */
  readonly shares: readonly number[];
}
