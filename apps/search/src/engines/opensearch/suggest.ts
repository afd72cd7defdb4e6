import {
  corrections,
  fold,
  type SearchDocument,
  type SuggestedDocument,
  type SuggestRequest,
  wordsOf,
} from "@nofx/search-core";
import { findSimilar } from "./dictionary.store.ts";
import { anyOf, type Query, term } from "./query-dsl.rules.ts";
import { askOne, type Reader } from "./reader.ts";
import { exactValue, labelValue } from "./values.rules.ts";
import { visibleTo } from "./visible.rules.ts";

/** Words that are looked at. */
const wordsMax = 8;

/** A whole name comes before one that begins so, and that before one with such words in it. */
const exactBoost = 2;
const beginningBoost = 1;

const namedQuery = (words: readonly string[]): Query[] =>
  words.map((word, index) =>
    index === words.length - 1 ? { prefix: { named: { value: word } } } : term("named", word),
  );

const suggestWords = async (
  reader: Reader,
  { viewer, limit, types }: SuggestRequest,
  words: readonly string[],
): Promise<SuggestedDocument[]> => {
  const ofTypes = types.length > 0 ? [anyOf(types.map((type) => term("labels", labelValue("type", type))))] : [];
  const exact = { constant_score: { filter: term("exact", exactValue(words)), boost: exactBoost } };
  const begins = {
    constant_score: { filter: { prefix: { name: { value: fold(words.join(" ")) } } }, boost: beginningBoost },
  };
  const found = await askOne(reader, {
    query: {
      function_score: {
        query: {
          bool: {
            filter: [visibleTo(viewer), ...namedQuery(words), ...ofTypes],
            should: [exact, begins],
            minimum_should_match: 0,
          },
        },
        functions: [{ field_value_factor: { field: "quality", factor: 1, missing: 0 } }],
        score_mode: "sum",
        boost_mode: "sum",
      },
    },
    sort: [{ _score: "desc" }, { key: "asc" }],
    size: limit,
    track_total_hits: false,
    _source: ["document.type", "document.tenant", "document.id", "document.name"],
  });
  return found.hits.hits.map(({ _source }) => {
    const { type, tenant, id, name } = (_source as { readonly document: SearchDocument }).document;
    return { type, tenant, id, name };
  });
};

/** The words as they may have been meant. */
const corrected = (reader: Reader, { viewer }: SuggestRequest, words: readonly string[]): Promise<string[]> =>
  Promise.all(
    words.map(async (word) => {
      const [best] = corrections(word, 0, await findSimilar(reader, viewer, word));
      return best?.word ?? word;
    }),
  );

/** Names for what was typed so far, the last word as a beginning; if there is none, for what may have been meant. */
export const suggest = async (reader: Reader, request: SuggestRequest): Promise<readonly SuggestedDocument[]> => {
  const words = wordsOf(request.text)
    .slice(0, wordsMax)
    .map(({ word }) => word);
  if (words.length === 0) return [];
  const found = await suggestWords(reader, request, words);
  if (found.length > 0) return found;
  const meant = await corrected(reader, request, words);
  return meant.join(" ") === words.join(" ") ? [] : await suggestWords(reader, request, meant);
};
