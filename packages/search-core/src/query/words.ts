/** A word of a text: as it is compared, and where it stands. */
export interface Word {
  /** Folded: lower case, no accents. */
  readonly word: string;
  /** From where to where, in UTF-16 code units of the text as it was given. */
  readonly start: number;
  readonly end: number;
}

/** Longer words are cut: nobody types them, and indexes have limits. */
const wordCharactersMax = 64;

/** Letters and digits, and what names of languages end with: `c++`, `c#`. */
const wordPattern = /[\p{L}\p{N}\p{M}]+(?:\+\+|#)?/gu;
const marks = /\p{M}+/gu;

/** Most texts: what the patterns of Unicode cost several times as much for. */
const ascii = /^[\0-\x7f]*$/;
const asciiWordPattern = /[a-zA-Z0-9]+(?:\+\+|#)?/g;

/** How a word is compared: compatibility forms are one, accents and case do not count (Unicode NFKD, marks removed). */
export const fold = (text: string): string =>
  (ascii.test(text) ? text : text.normalize("NFKD").replace(marks, "")).toLowerCase().slice(0, wordCharactersMax);

/** The words of a text, in order. Identifiers fall apart at hyphens, dots and underscores. */
export const wordsOf = (text: string): Word[] =>
  [...text.matchAll(ascii.test(text) ? asciiWordPattern : wordPattern)].flatMap(({ 0: found, index }) => {
    const word = fold(found);
    return word === "" ? [] : [{ word, start: index, end: index + found.length }];
  });
