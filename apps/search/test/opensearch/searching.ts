import { Failure, onlyKeys, unreadable } from "./failure.ts";
import { type Compiled, compile } from "./matching.ts";
import type { Stored, StoredIndex } from "./stored-index.ts";

type Json = Record<string, unknown>;

const clausesMax = 1_024;
const regexLengthMax = 1_000;
const resultWindowMax = 10_000;
const leaves = new Set(["term", "terms", "prefix", "range", "fuzzy", "span_term", "match_all"]);

/** Leaves of a query: OpenSearch refuses too many. */
const clausesIn = (part: unknown): number => {
  if (Array.isArray(part)) return part.reduce((total: number, each) => total + clausesIn(each), 0);
  if (typeof part !== "object" || part === null) return 0;
  return Object.entries(part).reduce((total, [key, value]) => total + (leaves.has(key) ? 1 : clausesIn(value)), 0);
};

const compiled = (query: unknown, index: StoredIndex): Compiled => {
  if (clausesIn(query) > clausesMax) {
    throw new Failure(400, "search_phase_execution_exception", "too_many_nested_clauses: maxClauseCount is 1024");
  }
  return compile((query as Json | undefined) ?? { match_all: {} }, index);
};

/** Texts by their bytes, as an index keeps them. */
const compareValues = (a: string | number, b: string | number): number =>
  typeof a === "number" && typeof b === "number"
    ? a - b
    : Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));

const countValues = (documents: readonly Stored[], field: string): Map<string | number, number> => {
  const counts = new Map<string | number, number>();
  for (const value of documents.flatMap((document) => [...new Set(document.values.get(field))])) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
};

const termsOf = (body: Json, documents: readonly Stored[]): object => {
  onlyKeys("terms", body, ["field", "include", "size", "shard_size"]);
  const { field, include = ".*", size = 10 } = body as { field: string; include?: string; size?: number };
  if (include.length > regexLengthMax) throw new Failure(400, "illegal_argument_exception", "The length of regex");
  // What is used of Lucene's expressions reads the same here.
  const pattern = new RegExp(`^(?:${include})$`, "s");
  const buckets = [...countValues(documents, field)]
    .filter(([key]) => pattern.test(String(key)))
    .map(([key, doc_count]) => ({ key, doc_count }))
    .sort((a, b) => b.doc_count - a.doc_count || compareValues(a.key, b.key));
  const others = buckets.slice(size).reduce((sum, { doc_count }) => sum + doc_count, 0);
  return { doc_count_error_upper_bound: 0, sum_other_doc_count: others, buckets: buckets.slice(0, size) };
};

const cardinalityOf = (body: Json, documents: readonly Stored[]): number => {
  if (body.execution_hint !== "ordinals")
    throw new Error("the double counts values by their ordinals: else it takes long");
  return countValues(documents, String(body.field)).size;
};

const aggregate = (aggregations: Json, documents: readonly Stored[], index: StoredIndex): Json =>
  Object.fromEntries(
    Object.entries(aggregations).map(([name, given]) => {
      const { terms, filter, cardinality, aggs = {}, ...rest } = given as Record<string, Json>;
      onlyKeys(name, rest, []);
      if (terms) return [name, termsOf(terms, documents)];
      if (cardinality) return [name, { value: cardinalityOf(cardinality, documents) }];
      if (!filter) throw unreadable(`[${name}] is no aggregation that is known`);
      const query = compiled(filter, index);
      const within = documents.filter((document) => query.matches(document));
      return [name, { doc_count: within.length, ...aggregate(aggs, within, index) }];
    }),
  );

interface Order {
  readonly field: string;
  readonly direction: 1 | -1;
}

const ordersOf = (sort: unknown): Order[] =>
  ((sort as Record<string, "asc" | "desc">[] | undefined) ?? [{ _score: "desc" }]).map((each) => {
    const [[field, direction] = ["_score", "desc"]] = Object.entries(each);
    return { field, direction: direction === "asc" ? 1 : -1 };
  });

const onlyValue = (document: Stored, field: string): string | number => {
  const [value] = document.values.get(field) ?? [];
  if (value === undefined) throw new Error(`the double orders by what every document has, not by [${field}]`);
  return value;
};

type Place = readonly (string | number)[];

const compare = (orders: readonly Order[], a: Place, b: Place): number => {
  for (const [index, { direction }] of orders.entries()) {
    const compared = compareValues(a[index] ?? 0, b[index] ?? 0);
    if (compared !== 0) return compared * direction;
  }
  return 0;
};

const pick = (source: Json, path: readonly string[]): Json => {
  const [name = "", ...rest] = path;
  if (!(name in source)) return {};
  return { [name]: rest.length === 0 ? source[name] : pick(source[name] as Json, rest) };
};

const merge = (a: Json, b: Json): Json => {
  const both = Object.keys(b).filter((key) => typeof a[key] === "object" && typeof b[key] === "object");
  return { ...a, ...b, ...Object.fromEntries(both.map((key) => [key, merge(a[key] as Json, b[key] as Json)])) };
};

const sourceOf = (source: Json, paths: readonly string[] | undefined): Json =>
  paths ? paths.map((path) => pick(source, path.split("."))).reduce(merge, {}) : source;

const totalOf = (found: number, tracked: unknown): object => {
  if (tracked === false) return {};
  const most = tracked === true ? Number.POSITIVE_INFINITY : Number(tracked ?? 10_000);
  return { total: found > most ? { value: most, relation: "gte" } : { value: found, relation: "eq" } };
};

const placesAfter = (body: Json, orders: readonly Order[]): Place | undefined => {
  const after = body.search_after as Place | undefined;
  if (after && after.length !== orders.length) {
    throw new Failure(400, "illegal_argument_exception", "search_after has not as many values as sort");
  }
  return after?.map((value, index) => (orders[index]?.field === "_score" ? Math.fround(Number(value)) : value));
};

/** A score as it is told: the shortest number that means it with single precision. */
const told = (score: number): number => {
  for (let digits = 1; digits < 9; digits += 1) {
    const short = Number(score.toPrecision(digits));
    if (Math.fround(short) === score) return short;
  }
  return Number(score.toPrecision(9));
};

const knownKeys = ["query", "post_filter", "aggs", "sort", "search_after", "size", "track_total_hits", "_source"];

/** Carries out a search. */
export const searchIn = (name: string, index: StoredIndex, body: Json): object => {
  onlyKeys("search", body, knownKeys);
  const size = Number(body.size ?? 10);
  if (size > resultWindowMax) throw new Failure(400, "illegal_argument_exception", "Result window is too large");
  const query = compiled(body.query, index);
  const counted = index.searchable().filter((document) => query.matches(document));
  const behind = compiled(body.post_filter, index);
  const found = counted.filter((document) => behind.matches(document));
  const orders = ordersOf(body.sort);
  const isScored = size > 0 && orders.some(({ field }) => field === "_score");
  const placed = (document: Stored) => {
    const score = isScored ? query.score(document) : null;
    const place = orders.map(({ field }) => (field === "_score" ? (score ?? 0) : onlyValue(document, field)));
    return { document, score, place };
  };
  const after = placesAfter(body, orders);
  const hits = (size === 0 ? [] : found.map(placed))
    .filter(({ place }) => !after || compare(orders, place, after) > 0)
    .sort((a, b) => compare(orders, a.place, b.place))
    .slice(0, size)
    .map(({ document, score, place }) => {
      const named = query.named(document);
      return {
        _index: name,
        _id: document.id,
        _score: score === null ? null : told(score),
        _source: sourceOf(document.source, body._source as string[] | undefined),
        sort: place.map((value, at) => (orders[at]?.field === "_score" ? told(Number(value)) : value)),
        ...(named.length > 0 && { matched_queries: named }),
      };
    });
  const aggs = body.aggs as Json | undefined;
  return {
    took: 1,
    timed_out: false,
    _shards: { total: 1, successful: 1, skipped: 0, failed: 0 },
    hits: {
      ...totalOf(found.length, body.track_total_hits),
      max_score: body.sort ? null : (hits[0]?._score ?? null),
      hits,
    },
    ...(aggs && { aggregations: aggregate(aggs, counted, index) }),
  };
};
