import { type Correction, type KnownWord, type ParsedQuery, stemOf } from "@nofx/search-core";

/** What words may have been meant for, the likeliest first. */
export type Corrections = ReadonlyMap<string, readonly KnownWord[]>;

/** The words of a query that were taken for others, by their place. */
export const correctionsOf = ({ groups }: ParsedQuery, corrections: Corrections): Correction[] =>
  groups.flat().flatMap((term) =>
    term.isQuoted
      ? []
      : term.words.flatMap((word) => {
          const to = corrections.get(word)?.[0]?.word;
          return to === undefined ? [] : [{ from: word, to, at: term.at }];
        }),
  );

/** Words that stand in for others were not looked up as stems: they are at least as frequent as they are written. */
export const withStems = (stems: ReadonlyMap<string, number>, known: readonly KnownWord[]): Map<string, number> => {
  const all = new Map(stems);
  for (const { word, frequency } of known) {
    const stem = stemOf(word);
    all.set(stem, Math.max(all.get(stem) ?? 0, frequency));
  }
  return all;
};
