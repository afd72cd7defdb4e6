import {
  corrections,
  type SearchDocument,
  type SuggestedDocument,
  type SuggestRequest,
  wordsOf,
} from "@nofx/search-core";
import { sql } from "kysely";
import { findSimilar } from "./dictionary.store.ts";
import { labelLexeme, nameQuery, quoted } from "./lexemes.rules.ts";
import type { Reader } from "./reader.ts";

interface Suggested {
  readonly key: string;
  readonly name: string;
}

const keyPattern = /^(agent|template):([^/]*)\/(.*)$/s;

const readKey = ({ key, name }: Suggested): SuggestedDocument => {
  const [, type = "", tenant = "", id = ""] = keyPattern.exec(key) ?? [];
  return { type: type as SearchDocument["type"], tenant, id, name };
};

const suggestWords = async (
  db: Reader,
  generation: number,
  { viewer, limit, types }: SuggestRequest,
  words: readonly string[],
): Promise<SuggestedDocument[]> => {
  const names = words.map((word, index) => nameQuery(word, index === words.length - 1));
  const ofTypes = types.map((type) => quoted(labelLexeme("type", type))).join(" | ");
  const query = [...names, ...(ofTypes ? [`(${ofTypes})`] : [])].join(" & ");
  const { rows } = await sql<{ found: Suggested[] }>`
    SELECT index_suggest(${generation}, ${viewer.tenantId}, ${viewer.seesAll}, ${query}, ${startTier}, ${words.join(" ")},
                         ${limit}) AS found`.execute(db);
  return (rows[0]?.found ?? []).map(readKey);
};

/** Where names are looked for first: down from there takes few steps, and so does up. */
const startTier = 4;

/** The words as they may have been meant. */
const corrected = (db: Reader, generation: number, { viewer }: SuggestRequest, words: readonly string[]) =>
  Promise.all(
    words.map(async (word) => {
      const [best] = corrections(word, 0, await findSimilar(db, generation, viewer, word));
      return best?.word ?? word;
    }),
  );

/** Names for what was typed so far, the last word as a beginning; if there is none, for what may have been meant. */
export const suggest = async (
  db: Reader,
  generation: number,
  request: SuggestRequest,
): Promise<readonly SuggestedDocument[]> => {
  const words = wordsOf(request.text)
    .slice(0, 8)
    .map(({ word }) => word);
  if (words.length === 0) return [];
  const found = await suggestWords(db, generation, request, words);
  if (found.length > 0) return found;
  const meant = await corrected(db, generation, request, words);
  return meant.join(" ") === words.join(" ") ? [] : await suggestWords(db, generation, request, meant);
};
