import { editDistance } from "@nofx/search-core";
import { onlyKeys, single, unreadable } from "./failure.ts";
import { functionOf } from "./functions.ts";
import { spansOf } from "./spans.ts";
import type { Stored, StoredIndex } from "./stored-index.ts";

type Json = Record<string, unknown>;

/** A query, ready to be held against documents. Undefined: the document does not fit. */
export interface Compiled {
  matches(document: Stored): boolean;
  /** As OpenSearch keeps scores: with single precision. */
  score(document: Stored): number;
  /** Names of the parts that a document fits. */
  named(document: Stored): string[];
}

/** Added with double precision, kept with single. */
const sum = (values: readonly number[]): number => Math.fround(values.reduce((total, value) => total + value, 0));

/** Fits by values only; its score would depend on all documents of the index, so nobody may ask for it. */
const unscored = (kind: string, matches: Compiled["matches"]): Compiled => ({
  matches,
  score: () => {
    throw new Error(`the double does not score [${kind}]: the score would tell of all documents`);
  },
  named: () => [],
});

const constantly = (matches: Compiled["matches"]): Compiled => ({ matches, score: () => 1, named: () => [] });

const valueIn = (kind: string, given: unknown, keys: readonly string[] = ["value"]): Json => {
  onlyKeys(kind, given as object, keys);
  return given as Json;
};

const hasValue = (field: string, fits: (value: string | number) => boolean) => (document: Stored) =>
  document.values.get(field)?.some(fits) ?? false;

type Compile = (body: Json, index: StoredIndex) => Compiled;

const list = (given: unknown): Json[] => (given === undefined ? [] : Array.isArray(given) ? given : [given as Json]);

const bool: Compile = (body, index) => {
  onlyKeys("bool", body, ["filter", "must", "must_not", "should", "minimum_should_match"]);
  const read = (key: string) => list(body[key]).map((query) => compile(query, index));
  const [filter, must, mustNot, should] = [read("filter"), read("must"), read("must_not"), read("should")];
  const usual = should.length > 0 && filter.length + must.length === 0 ? 1 : 0;
  const least = Number(body.minimum_should_match ?? usual);
  return {
    matches: (document) =>
      [...filter, ...must].every((each) => each.matches(document)) &&
      !mustNot.some((each) => each.matches(document)) &&
      should.filter((each) => each.matches(document)).length >= least,
    score: (document) =>
      sum([...must, ...should.filter((each) => each.matches(document))].map((each) => each.score(document))),
    named: (document) =>
      [...filter, ...must, ...should].filter((each) => each.matches(document)).flatMap((each) => each.named(document)),
  };
};

const constantScore: Compile = (body, index) => {
  onlyKeys("constant_score", body, ["filter", "boost", "_name"]);
  const { filter, boost = 1, _name } = body;
  const inner = compile(filter as Json, index);
  const score = Math.fround(Number(boost));
  if (!(score >= 0)) throw unreadable("negative [boost] are not allowed in [constant_score]");
  return {
    matches: inner.matches,
    score: () => score,
    named: (document) => [...(_name === undefined ? [] : [String(_name)]), ...inner.named(document)],
  };
};

const disMax: Compile = (body, index) => {
  onlyKeys("dis_max", body, ["queries", "tie_breaker"]);
  const queries = list(body.queries).map((query) => compile(query, index));
  const tie = Number(body.tie_breaker ?? 0);
  const fitting = (document: Stored) => queries.filter((each) => each.matches(document));
  return {
    matches: (document) => fitting(document).length > 0,
    score: (document) => {
      const scores = fitting(document).map((each) => each.score(document));
      const best = Math.max(...scores);
      return Math.fround(best + tie * (sum(scores) - best));
    },
    named: (document) => fitting(document).flatMap((each) => each.named(document)),
  };
};

const functionScore: Compile = (body, index) => {
  onlyKeys("function_score", body, ["query", "functions", "score_mode", "boost_mode"]);
  if (body.score_mode !== "sum" || body.boost_mode !== "sum") throw new Error("the double adds functions only");
  const query = compile(body.query as Json, index);
  const functions = list(body.functions).map(functionOf);
  return {
    ...query,
    score: (document) => {
      const added = functions.reduce((total, each) => total + each(document), 0);
      return Math.fround(query.score(document) + added);
    },
  };
};

const range: Compile = (body) => {
  const [field, given] = single("range", body);
  const { gte, gt, lt } = valueIn("range", given, ["gte", "gt", "lt"]) as Record<
    "gte" | "gt" | "lt",
    number | undefined
  >;
  return constantly(
    hasValue(
      field,
      (value) =>
        !(Number(value) < (gte ?? -Infinity)) &&
        !(Number(value) <= (gt ?? -Infinity)) &&
        (lt === undefined || Number(value) < lt),
    ),
  );
};

/** Takes of all words of the index, whoever's they are, the nearest: what is left of them a filter decides afterwards. */
const fuzzy: Compile = (body, index) => {
  const [field, given] = single("fuzzy", body);
  const keys = ["value", "fuzziness", "prefix_length", "max_expansions", "transpositions", "rewrite"];
  const { value, fuzziness, prefix_length, max_expansions, rewrite } = valueIn("fuzzy", given, keys) as {
    value: string;
    fuzziness: number;
    prefix_length: number;
    max_expansions: number;
    rewrite: string;
  };
  const most = Number(/^top_terms_boost_(\d+)$/.exec(rewrite)?.[1]);
  if (!most) throw new Error(`the double does not rewrite as [${rewrite}]`);
  const start = value.slice(0, prefix_length);
  const terms = new Set(index.searchable().flatMap((document) => [...(document.values.get(field) ?? [])].map(String)));
  const near = [...terms]
    .filter((term) => term.startsWith(start))
    .map((term) => ({ term, distance: editDistance(value.slice(prefix_length), term.slice(prefix_length), fuzziness) }))
    .filter(({ distance }) => distance <= fuzziness)
    .map(({ term, distance }) => ({
      term,
      boost: Math.fround(1 - Math.fround(distance / Math.min(term.length, value.length))),
    }))
    .sort((a, b) => b.boost - a.boost || Buffer.compare(Buffer.from(a.term), Buffer.from(b.term)))
    .slice(0, Math.min(most, max_expansions));
  const boosts = (document: Stored) =>
    near.filter(({ term }) => document.values.get(field)?.includes(term)).map(({ boost }) => boost);
  return {
    matches: (document) => boosts(document).length > 0,
    score: (document) => sum(boosts(document)),
    named: () => [],
  };
};

const spanned =
  (kind: string): Compile =>
  (body) =>
    unscored(kind, (document) => spansOf({ [kind]: body }, document).length > 0);

const kinds: Readonly<Record<string, Compile>> = {
  match_all: () => constantly(() => true),
  match_none: () => constantly(() => false),
  term: (body) => {
    const [field, given] = single("term", body);
    const { value } = valueIn("term", given);
    return unscored(
      "term",
      hasValue(field, (each) => each === value),
    );
  },
  terms: (body) => {
    const [field, given] = single("terms", body);
    const values = new Set(given as (string | number)[]);
    return constantly(hasValue(field, (each) => values.has(each)));
  },
  prefix: (body) => {
    const [field, given] = single("prefix", body);
    const { value } = valueIn("prefix", given);
    return constantly(hasValue(field, (each) => String(each).startsWith(String(value))));
  },
  range,
  fuzzy,
  bool,
  constant_score: constantScore,
  dis_max: disMax,
  function_score: functionScore,
  span_term: spanned("span_term"),
  span_or: spanned("span_or"),
  span_near: spanned("span_near"),
};

/** Reads a query. */
export const compile = (query: Json, index: StoredIndex): Compiled => {
  const [kind, body] = single("query", query);
  const reading = kinds[kind];
  if (!reading) throw unreadable(`unknown query [${kind}]`);
  return reading(body as Json, index);
};
