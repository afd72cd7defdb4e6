import { stemmer } from "stemmer";
import { LruCache } from "./lru-cache.ts";

const stems = new LruCache<string, string>(50_000);
const english = /^[a-z]{3,}$/;

/** What the forms of an English word have in common: `reviews` and `reviewing` are `review`. Other words are their own. */
export const stemOf = (word: string): string => {
  if (!english.test(word)) return word;
  return stems.get(word) ?? stems.set(word, stemmer(word));
};
