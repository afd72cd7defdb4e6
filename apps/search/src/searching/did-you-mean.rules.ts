import { type Correction, wordsOf } from "@nofx/search-core";

/** Another word in the place of one that was typed. */
interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly to: string;
}

/** Where each word stands that was searched for as another one: the first such word of its term that is not taken yet. */
const replacementsOf = (typed: string, corrections: readonly Correction[]): Replacement[] => {
  const words = wordsOf(typed);
  const taken = new Map<number, Replacement>();
  for (const { from, to, at } of corrections) {
    const found = words.find(({ word, start }) => start >= at && word === from && !taken.has(start));
    if (found && from !== to) taken.set(found.start, { start: found.start, end: found.end, to });
  }
  return [...taken.values()].sort((a, b) => a.start - b.start);
};

/** The query as it was typed, with the words that were searched for in their places; undefined if they are the same. */
export const didYouMean = (typed: string, corrections: readonly Correction[]): string | undefined => {
  const replacements = replacementsOf(typed, corrections);
  if (replacements.length === 0) return undefined;
  let corrected = "";
  let end = 0;
  for (const replacement of replacements) {
    corrected += typed.slice(end, replacement.start) + replacement.to;
    end = replacement.end;
  }
  return corrected + typed.slice(end);
};
