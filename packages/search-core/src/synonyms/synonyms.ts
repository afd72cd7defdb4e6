import { stemOf } from "../words/stem.ts";
import groups from "./synonyms.json" with { type: "json" };

const keyOf = (words: readonly string[]): string => words.map(stemOf).join(" ");

const others = new Map<string, string[][]>();
for (const group of groups) {
  const phrases = group.map((phrase) => phrase.split(" "));
  for (const phrase of phrases) {
    const known = others.get(keyOf(phrase)) ?? [];
    others.set(keyOf(phrase), [...known, ...phrases.filter((other) => other !== phrase)]);
  }
}

/** The most words that a phrase with synonyms has. */
export const synonymWordsMax = Math.max(...[...others.keys()].map((key) => key.split(" ").length));

/** Other ways to say a word or a phrase, each word by word. */
export const synonymsOf = (words: readonly string[]): readonly (readonly string[])[] => others.get(keyOf(words)) ?? [];
