import { stemOf } from "../words/stem.ts";
import groups from "./synonyms.json" with { type: "json" };

/** What a word or a phrase is in an index: its stems. */
const keyOf = (words: readonly string[]): string => words.map(stemOf).join(" ");

const others = new Map<string, readonly string[]>();
const written = new Map<string, string>();
for (const group of groups) {
  const keys = group.map((phrase) => keyOf(phrase.split(" ")));
  for (const [at, key] of keys.entries()) {
    const known = [...(others.get(key) ?? []), ...keys.filter((other) => other !== key)];
    others.set(key, [...new Set(known)]);
    written.set(key, group[at] ?? "");
  }
}

const phrases = [...others.keys()].filter((key) => key.includes(" "));
const lengthOf = (key: string): number => key.split(" ").length;

/** The most words that a phrase with synonyms has. */
export const synonymWordsMax = Math.max(...[...others.keys()].map(lengthOf));

/** A word or a phrase that can be said otherwise. */
export interface Sayable {
  /** Its stems, as the index has it. */
  readonly phrase: string;
  /** Other ways to say it, by their stems. */
  readonly synonyms: readonly string[];
}

/** A word or a phrase, if there are other ways to say it. */
export const sayableOf = (words: readonly string[]): Sayable | undefined => {
  const phrase = keyOf(words);
  const synonyms = others.get(phrase);
  return synonyms && { phrase, synonyms };
};

const phrasesByStem = new Map<string, readonly string[]>();
for (const phrase of phrases) {
  for (const stem of phrase.split(" ")) phrasesByStem.set(stem, [...(phrasesByStem.get(stem) ?? []), phrase]);
}

/** Phrases that a word is part of, and other ways to say them. */
export const phrasesWith = (word: string): readonly string[] =>
  (phrasesByStem.get(stemOf(word)) ?? []).flatMap((phrase) => [phrase, ...(others.get(phrase) ?? [])]);

const phrasesByStart = Map.groupBy(phrases, (phrase) => phrase.split(" ")[0] ?? "");

/** A word that stands for another, as it is written; undefined: a phrase. */
export const writtenAs = (synonym: string): string | undefined =>
  synonym.includes(" ") ? undefined : written.get(synonym);

/** The phrases that begin at a place of a text. */
export const phrasesAt = (stems: readonly string[], at: number): readonly string[] =>
  (phrasesByStart.get(stems[at] ?? "") ?? []).filter(
    (phrase) => stems.slice(at, at + lengthOf(phrase)).join(" ") === phrase,
  );
