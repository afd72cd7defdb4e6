import { corrections, editDistance, editsAllowed, type KnownWord, stemOf, type Viewer } from "@nofx/search-core";
import { withStems } from "../corrections.rules.ts";
import type { Lookup } from "../lookup.rules.ts";
import type { Dictionary } from "./dictionary.rules.ts";
import { allOf, anyOf, type Query, term } from "./query-dsl.rules.ts";
import { askMany, type Found, type Reader, totalOf } from "./reader.ts";
import { spelledValue } from "./values.rules.ts";
import { scopesOf, visibleTo } from "./visible.rules.ts";

/** Words that a beginning stands for. */
const beginningsMax = 24;
/** A word in more documents than this is not taken for a typo. */
const rareMax = 3;
/** Documents with words that are spelt nearly so: the nearest first. */
const similarDocumentsMax = 50;
const similarWordsMax = 20;

const counting = (query: Query) => ({ size: 0, track_total_hits: true, query });

/** Whatever has a meaning in OpenSearch's regular expressions. */
const special = /[.?+*|{}[\]()"\\#@&<>~^$-]/g;

const beginning = (visible: Query, word: string) => ({
  size: 0,
  track_total_hits: false,
  query: allOf([visible, { prefix: { words: { value: word } } }]),
  aggs: {
    words: {
      terms: { field: "words", include: `${word.replace(special, "\\$&")}.*`, size: beginningsMax, shard_size: 500 },
    },
  },
});

const beginningWords = ({ aggregations }: Found): KnownWord[] =>
  (aggregations?.words?.buckets ?? []).map(({ key, doc_count }) => ({ word: key, frequency: doc_count }));

/** How many of the viewer's documents have each value of a field. */
const countEach = async (
  reader: Reader,
  visible: Query,
  field: "text" | "words",
  values: readonly string[],
): Promise<Map<string, number>> => {
  const counted = await askMany(
    reader,
    values.map((value) => counting(allOf([visible, term(field, value)]))),
  );
  return new Map(values.map((value, index) => [value, totalOf(counted[index])]));
};

/**
 * Words spelt nearly so. A fuzzy query takes some of the words that the index has: of `words`, they would be others' as well,
 * and leave less for one's own. So it looks at words behind the name of who may know of them.
 */
const fuzzyQuery = (viewer: Viewer, word: string): Query => {
  const near = (field: string, value: string, known: number): Query => ({
    fuzzy: {
      [field]: {
        value,
        fuzziness: editsAllowed(word),
        prefix_length: known,
        max_expansions: 50,
        transpositions: true,
        // The nearer, the higher; how frequent a word is must not count: that is counted over everybody's documents.
        rewrite: "top_terms_boost_50",
      },
    },
  });
  if (viewer.seesAll) return near("words", word, 0);
  return anyOf(scopesOf(viewer).map((scope) => near("spelled", spelledValue(scope, word), scope.length + 1)));
};

const nearWords = (hits: Found["hits"], word: string): string[] => {
  const all = hits.hits.flatMap(({ _source }) => (_source as { readonly words?: string[] } | undefined)?.words ?? []);
  const edits = editsAllowed(word);
  return [...new Set(all)]
    .map((other) => ({ other, distance: other === word ? edits + 1 : editDistance(word, other, edits) }))
    .filter(({ distance }) => distance <= edits)
    .sort((a, b) => a.distance - b.distance || (a.other < b.other ? -1 : 1))
    .slice(0, similarWordsMax)
    .map(({ other }) => other);
};

/** Words of documents that the viewer sees which are spelt nearly like this one. */
export const findSimilar = async (reader: Reader, viewer: Viewer, word: string): Promise<KnownWord[]> => {
  if (editsAllowed(word) === 0) return [];
  const visible = visibleTo(viewer);
  const [found] = await askMany(reader, [
    {
      size: similarDocumentsMax,
      track_total_hits: false,
      query: { bool: { filter: [visible], must: [fuzzyQuery(viewer, word)] } },
      sort: [{ _score: "desc" }, { key: "asc" }],
      _source: ["words"],
    },
  ]);
  const counts = await countEach(reader, visible, "words", found ? nearWords(found.hits, word) : []);
  return [...counts].flatMap(([other, frequency]) => (frequency > 0 ? [{ word: other, frequency }] : []));
};

const correctionsOf = async (
  reader: Reader,
  viewer: Viewer,
  wrong: readonly string[],
): Promise<Map<string, KnownWord[]>> => {
  const visible = visibleTo(viewer);
  const [counts, similar] = await Promise.all([
    countEach(reader, visible, "words", wrong),
    Promise.all(wrong.map((word) => findSimilar(reader, viewer, word))),
  ]);
  const found = wrong.map((word, index): [string, KnownWord[]] => [
    word,
    corrections(word, counts.get(word) ?? 0, similar[index] ?? []),
  ]);
  return new Map(found.filter(([, better]) => better.length > 0));
};

/** Counts what a query needs to know, over documents that the viewer sees and no others. */
export const readDictionary = async (reader: Reader, viewer: Viewer, lookup: Lookup): Promise<Dictionary> => {
  const visible = visibleTo(viewer);
  // Words of a phrase are counted one by one: here they stand one by one.
  const stems = [...new Set(lookup.lexemes.flatMap((lexeme) => lexeme.split(" ")))];
  const [total, ...found] = await askMany(reader, [
    counting(visible),
    ...stems.map((stem) => counting(allOf([visible, term("text", stem)]))),
    ...lookup.beginnings.map((word) => beginning(visible, word)),
  ]);
  const counts = new Map(stems.map((stem, index) => [stem, totalOf(found[index])]));
  const beginnings = new Map(
    lookup.beginnings
      .map((word, index): [string, KnownWord[]] => {
        const answer = found[stems.length + index];
        return [word, answer ? beginningWords(answer) : []];
      })
      .filter(([, words]) => words.length > 0),
  );
  const wrong = lookup.doubtful.filter((word) => (counts.get(stemOf(word)) ?? 0) <= rareMax && !beginnings.has(word));
  const better = await correctionsOf(reader, viewer, wrong);
  const others = [...beginnings.values(), ...better.values()].flat();
  return { documents: totalOf(total), stems: withStems(counts, others), beginnings, corrections: better };
};
