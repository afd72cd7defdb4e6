import type { SearchFacet } from "@nofx/contract-search";
import { type ParsedQuery, tierMax } from "@nofx/search-core";
import { facetOf } from "../facet-values.rules.ts";
import { nameAsked, type Unit } from "../units.rules.ts";
import type { Dictionary } from "./dictionary.rules.ts";
import type { Condition, RangeCondition } from "./filters.rules.ts";
import { exactLexeme, quoted, tierLexeme } from "./lexemes.rules.ts";
import { unitQuery } from "./unit-query.rules.ts";
import { allQuery, anyQuery, type Clause, termQuery, type WordQuery } from "./word-query.rules.ts";

/** A query and the tier in which it finds about as much as is wanted. */
export interface Path {
  readonly query: string;
  readonly tier: number;
}

/** Where candidates come from: a tier to count in, and further ways to candidates. */
export interface Part {
  readonly tier: number;
  /** In which about as many are expected as are ranked, where there are more than are counted. */
  readonly rankTier: number;
  /** It is known that more fit than are counted. */
  readonly isMany: boolean;
  readonly paths: readonly Path[];
}

export interface FacetPlan {
  readonly names: readonly SearchFacet[];
  /** Null: as the search itself. */
  readonly all: string | null;
  readonly some: string | null;
  readonly tier: number;
  readonly ranges: readonly RangeCondition[];
}

/** What a query is for PostgreSQL. */
export interface Plan {
  readonly all: string;
  readonly allPart: Part;
  /** Null: there is nothing that could be left out. */
  readonly some: string | null;
  readonly somePart: Part | null;
  readonly exact: string | null;
  readonly ranges: readonly RangeCondition[];
  readonly facets: readonly FacetPlan[];
  readonly clauses: readonly Clause[];
}

/** Matches that are counted exactly; more are only known to be more. */
const countedMax = 1_000;
/** More clauses cost more than they tell: the rarest stay. */
const clausesMax = 16;
/** Ways to candidates that have some of the words. */
const pathsMax = 6;

/** The highest tier in which still about so many are expected. */
const tierFor = (expected: number, wanted: number, shares: readonly number[]): number => {
  let tier = 0;
  while (tier < tierMax && expected * (shares[tier + 1] ?? 0) >= wanted) tier += 1;
  return tier;
};

const joined = (parts: readonly string[]): string => parts.map((part) => `(${part})`).join(" & ");

/** How many of the viewer's documents a filter lets through, as a part. */
const shareOf = (condition: Condition, dictionary: Dictionary): number => {
  if ("range" in condition) return 0.5;
  const found = condition.lexemes.reduce((sum, lexeme) => sum + (dictionary.lexemes.get(lexeme) ?? 0), 0);
  const share = Math.min(1, found / Math.max(1, dictionary.documents));
  return condition.negated ? 1 - share : share;
};

const queriesOf = (conditions: readonly Condition[]): string[] =>
  conditions.flatMap((condition) => ("query" in condition ? [condition.query] : []));

const rangesOf = (conditions: readonly Condition[]): RangeCondition[] =>
  conditions.flatMap((condition) => ("range" in condition ? [condition.range] : []));

interface Asked {
  readonly words: readonly WordQuery[];
  readonly excluded: readonly string[];
  readonly conditions: readonly Condition[];
  readonly dictionary: Dictionary;
}

const filtered = (query: string | undefined, { excluded }: Asked, conditions: readonly Condition[]): string =>
  joined([query ?? quoted(tierLexeme(0)), ...queriesOf(conditions), ...excluded]);

const expectedOf = (query: WordQuery | undefined, { dictionary }: Asked, conditions: readonly Condition[]): number =>
  conditions.reduce(
    (expected, condition) => expected * shareOf(condition, dictionary),
    query?.frequency ?? dictionary.documents,
  );

/** Each word by itself, the rarest first, for candidates that have only some. */
const rarestFirst = (words: readonly WordQuery[]): WordQuery[] =>
  [...words].sort((a, b) => a.frequency - b.frequency).slice(0, pathsMax);

/** One word alone, or nothing at all, is in as many documents as the dictionary says. */
const isMany = (counted: WordQuery | undefined, { words, excluded, conditions, dictionary }: Asked): boolean => {
  if (excluded.length > 0 || conditions.length > 0) return false;
  if (!counted) return dictionary.documents > countedMax;
  const [clause] = counted.clauses;
  const isOneWord = words.length === 1 && !/[&<]/.test(counted.query) && clause !== undefined;
  return isOneWord && clause.lexemes.some((lexeme) => (dictionary.lexemes.get(lexeme) ?? 0) > countedMax);
};

const partOf = (
  counted: WordQuery | undefined,
  paths: readonly WordQuery[],
  asked: Asked,
  exact: string | null,
): Part => {
  const { conditions, dictionary } = asked;
  const path = (query: string, expected: number): Path => ({
    query: filtered(query, asked, conditions),
    tier: tierFor(expected, 100, dictionary.shares),
  });
  const expected = expectedOf(counted, asked, conditions);
  return {
    tier: tierFor(expected, countedMax * 1.5, dictionary.shares),
    rankTier: tierFor(expected, 300, dictionary.shares),
    isMany: isMany(counted, asked),
    paths: [
      ...(exact === null ? [] : [path(exact, 0)]),
      ...(counted ? [path(counted.strong, expectedOf(counted, asked, conditions) / 4)] : []),
      ...paths.map((word) => path(word.query, expectedOf(word, asked, conditions))),
    ],
  };
};

const facetsOf = (
  facets: readonly SearchFacet[],
  all: WordQuery | undefined,
  some: WordQuery | undefined,
  asked: Asked,
) => {
  const chosen = (facet: SearchFacet) => asked.conditions.some((condition) => facetOf(condition) === facet);
  const plain = facets.filter((facet) => !chosen(facet));
  const main: FacetPlan[] =
    plain.length === 0 ? [] : [{ names: plain, all: null, some: null, tier: 0, ranges: rangesOf(asked.conditions) }];
  const own = facets.filter(chosen).map((facet): FacetPlan => {
    const others = asked.conditions.filter((condition) => facetOf(condition) !== facet);
    return {
      names: [facet],
      all: filtered(all?.query, asked, others),
      some: some ? filtered(some.query, asked, others) : null,
      tier: tierFor(expectedOf(all, asked, others), countedMax, asked.dictionary.shares),
      ranges: rangesOf(others),
    };
  });
  return [...main, ...own];
};

/** Makes of a query what PostgreSQL is asked. */
export const planOf = (
  query: ParsedQuery,
  units: readonly Unit[],
  conditions: readonly Condition[],
  facets: readonly SearchFacet[],
  dictionary: Dictionary,
): Plan => {
  const words = units.map((unit) => unitQuery(unit, dictionary));
  const excluded = query.excluded.map(
    (term) => `!(${termQuery(term, { ...dictionary, corrections: new Map() }).query})`,
  );
  const asked: Asked = { words, excluded, conditions, dictionary };
  const all = words.length > 0 ? allQuery(words, dictionary) : undefined;
  const some = words.length > 1 ? anyQuery(words, dictionary) : undefined;
  const name = nameAsked(query);
  const exact = name ? quoted(exactLexeme(name)) : null;
  return {
    all: filtered(all?.query, asked, conditions),
    allPart: partOf(all, [], asked, exact),
    some: some ? filtered(some.query, asked, conditions) : null,
    somePart: some ? partOf(some, rarestFirst(words), asked, exact) : null,
    exact,
    ranges: rangesOf(conditions),
    facets: facetsOf(facets, all, some, asked),
    clauses: words
      .flatMap(({ clauses }) => clauses)
      .sort((a, b) => b.share - a.share)
      .slice(0, clausesMax),
  };
};
