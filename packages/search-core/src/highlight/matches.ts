import { fold, wordsOf } from "../query/words.ts";
import { stemOf } from "../words/stem.ts";

/** From where to where something stands, in UTF-16 code units. */
export interface Match {
  readonly start: number;
  readonly end: number;
}

const ascii = /^[\0-\x7f]*$/;

/**
 * Words of a text of ASCII that begin as these stems do, as wordsOf tells words apart. A stem is the beginning of its words
 * but for its last letter (`happy`: `happi`).
 */
const candidatesOf = (stems: Iterable<string>): RegExp | undefined => {
  const beginnings = [...stems]
    .filter((stem) => ascii.test(stem))
    .map((stem) => RegExp.escape(stem.replace(/[+#]+$/, "").slice(0, -1)));
  return beginnings.length === 0
    ? undefined
    : new RegExp(`(?<![a-z0-9])(?=[a-z0-9])(?:${[...new Set(beginnings)].join("|")})[a-z0-9]*(?:\\+\\+|#)?`, "gi");
};

/**
 * Finds the words with one of these stems. To take all words of all texts apart takes longer than everything else about an
 * answer: only those that begin alike are looked at.
 */
export const matcherOf = (stems: ReadonlySet<string>): ((text: string) => Match[]) => {
  const candidates = candidatesOf(stems);
  const fits = (word: string): boolean => stems.has(stemOf(word));
  return (text) => {
    if (!ascii.test(text)) return wordsOf(text).filter(({ word }) => fits(word));
    if (!candidates) return [];
    return [...text.matchAll(candidates)].flatMap(({ 0: found, index }) =>
      fits(fold(found)) ? [{ start: index, end: index + found.length }] : [],
    );
  };
};
