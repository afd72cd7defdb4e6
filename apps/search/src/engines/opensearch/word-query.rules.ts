import { rarity, standInWeights, stemOf, type Term } from "@nofx/search-core";
import type { Unit } from "../units.rules.ts";
import type { Dictionary } from "./dictionary.rules.ts";
import { allOf, anyOf, type Query, type SpanQuery } from "./query-dsl.rules.ts";

/** Words that count together, and how much they add to a score. */
export interface Clause {
  readonly word: string;
  readonly stems: readonly string[];
  readonly rarity: number;
  /** Less for what stands in for what was typed. */
  readonly weight: number;
}

/** What finds a part of a query, and what counts of it. */
export interface WordQuery {
  readonly query: Query;
  readonly clauses: readonly Clause[];
}

/** Of a word within a phrase: OpenSearch refuses a query with more than 1,024 parts. */
const alternativesMax = 8;

interface Alternatives {
  readonly typed: string;
  readonly beginnings: readonly string[];
  readonly corrections: readonly string[];
}

const alternativesOf = (word: string, isPrefix: boolean, dictionary: Dictionary): Alternatives => {
  const typed = stemOf(word);
  const known = (words: readonly { readonly word: string }[] = []): string[] => [
    ...new Set(words.map((other) => stemOf(other.word)).filter((stem) => stem !== typed)),
  ];
  return {
    typed,
    beginnings: isPrefix ? known(dictionary.beginnings.get(word)) : [],
    corrections: known(dictionary.corrections.get(word)),
  };
};

const clausesOf = (
  word: string,
  { typed, beginnings, corrections }: Alternatives,
  { stems: counts, documents }: Dictionary,
): Clause[] => {
  const clause = (stems: readonly string[], weight: number): Clause[] => {
    const frequency = stems.reduce((sum, stem) => sum + (counts.get(stem) ?? 0), 0);
    return frequency === 0 ? [] : [{ word, stems, weight, rarity: rarity(Math.min(frequency, documents), documents) }];
  };
  return [
    ...clause([typed], 1),
    ...clause(beginnings, standInWeights.beginning),
    ...clause(corrections, standInWeights.correction),
  ];
};

const stemsOf = ({ typed, beginnings, corrections }: Alternatives): string[] => [typed, ...beginnings, ...corrections];

const placed = (part: Alternatives): SpanQuery => {
  const clauses = stemsOf(part)
    .slice(0, alternativesMax)
    .map((value): SpanQuery => ({ span_term: { text: { value } } }));
  const [only, other] = clauses;
  return only && !other ? only : { span_or: { clauses } };
};

/** What finds words, one behind the other. */
const inOrder = (words: readonly string[], parts: readonly Alternatives[], dictionary: Dictionary): WordQuery => {
  const [only, other] = parts;
  return {
    query:
      only && !other
        ? { terms: { text: stemsOf(only) } }
        : { span_near: { clauses: parts.map(placed), slop: 0, in_order: true } },
    clauses: parts.flatMap((part, index) => clausesOf(words[index] ?? "", part, dictionary)),
  };
};

/** What finds a term: all its words. */
export const termQuery = ({ words, isPrefix }: Pick<Term, "words" | "isPrefix">, dictionary: Dictionary): WordQuery => {
  const parts = words.map((word, index) => alternativesOf(word, isPrefix && index === words.length - 1, dictionary));
  return inOrder(words, parts, dictionary);
};

const anyWords = (queries: readonly WordQuery[]): WordQuery => ({
  query: anyOf(queries.map(({ query }) => query)),
  clauses: queries.flatMap(({ clauses }) => clauses),
});

const synonymQuery = (stems: readonly string[], dictionary: Dictionary): WordQuery => {
  const parts = stems.map((typed) => ({ typed, beginnings: [], corrections: [] }));
  const { query, clauses } = inOrder(stems, parts, dictionary);
  return { query, clauses: clauses.map((clause) => ({ ...clause, weight: clause.weight * standInWeights.synonym })) };
};

/** What finds a unit: all its groups, or another way to say it. */
export const unitQuery = ({ groups, sayable }: Unit, dictionary: Dictionary): WordQuery => {
  const own = groups.map((group) => anyWords(group.map((term) => termQuery(term, dictionary))));
  const others = (sayable?.synonyms ?? [])
    .map((synonym) => synonym.split(" "))
    .filter((stems) => stems.every((stem) => (dictionary.stems.get(stem) ?? 0) > 0))
    .map((stems) => synonymQuery(stems, dictionary));
  return anyWords([
    { query: allOf(own.map(({ query }) => query)), clauses: own.flatMap(({ clauses }) => clauses) },
    ...others,
  ]);
};
