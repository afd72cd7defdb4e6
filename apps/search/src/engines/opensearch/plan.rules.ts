import type { SearchFacet } from "@nofx/contract-search";
import {
  fieldWeights,
  freshnessDays,
  type ParsedQuery,
  type SearchRequest,
  type SearchSort,
  saturation,
  scoreWeights,
} from "@nofx/search-core";
import { facetOf } from "../facet-values.rules.ts";
import { nameAsked, type Unit } from "../units.rules.ts";
import type { Dictionary } from "./dictionary.rules.ts";
import { filterQuery } from "./filters.rules.ts";
import { allOf, anyOf, type Query, term } from "./query-dsl.rules.ts";
import { exactValue } from "./values.rules.ts";
import { visibleTo } from "./visible.rules.ts";
import { type Clause, termQuery, unitQuery } from "./word-query.rules.ts";

/** What is found: documents with all words, or with some. */
type Mode = "all" | "some";

/** Behind which hit a page begins: what it is ordered by. */
interface After {
  readonly place: readonly (string | number)[];
}

/** A clause and what it adds to the text's part of a score, of 1 together. */
export interface Share extends Clause {
  readonly share: number;
}

/** What a query is for OpenSearch. */
export interface Plan {
  /** Undefined: no words were asked for. */
  readonly all: Query | undefined;
  /** Undefined: there is nothing that could be left out. */
  readonly some: Query | undefined;
  readonly excluded: readonly Query[];
  /** The words as one name. */
  readonly exact: string | undefined;
  readonly shares: readonly Share[];
}

/** More clauses cost more than they tell: the rarest stay. */
const clausesMax = 16;
/** Matches that are counted exactly; more are only known to be more. */
export const countedMax = 1_000;
/** Values that a facet tells. */
const facetValuesMax = 50;
const dayMs = 86_400_000;

const sharesOf = (clauses: readonly Clause[]): Share[] => {
  const kept = clauses.toSorted((a, b) => b.rarity * b.weight - a.rarity * a.weight).slice(0, clausesMax);
  const total = kept.reduce((sum, { rarity, weight }) => sum + rarity * weight, 0) || 1;
  return kept.map((clause) => ({ ...clause, share: (clause.rarity * clause.weight) / total }));
};

/** Makes of a query what finds it. */
export const planOf = (query: ParsedQuery, units: readonly Unit[], dictionary: Dictionary): Plan => {
  const words = units.map((unit) => unitQuery(unit, dictionary));
  const queries = words.map((word) => word.query);
  const uncorrected = { ...dictionary, corrections: new Map() };
  const name = nameAsked(query);
  return {
    all: queries.length > 0 ? allOf(queries) : undefined,
    some: queries.length > 1 ? anyOf(queries) : undefined,
    excluded: query.excluded.map((excluded) => termQuery(excluded, uncorrected).query),
    exact: name ? exactValue(name) : undefined,
    shares: sharesOf(words.flatMap(({ clauses }) => clauses)),
  };
};

/** How much a word counts that is in a field (BM25's saturation, of one place in a text of usual length). */
export const fieldValue = (field: keyof typeof fieldWeights): number =>
  fieldWeights[field] / (fieldWeights[field] + saturation);

/** A multiple of 2⁻²⁰: sums of such are exact with single precision, in whatever order or groups Lucene adds them up. */
const exactly = (boost: number): number => Math.round(boost * 2 ** 20) / 2 ** 20;

const constant = (filter: Query, boost: number): Query => ({ constant_score: { filter, boost: exactly(boost) } });

const shareQuery = ({ stems, share }: Share): Query => {
  const within = (field: keyof typeof fieldWeights, path: string) =>
    constant({ terms: { [path]: stems } }, share * scoreWeights.text * fieldValue(field));
  const queries = [
    within("name", "stems.name"),
    within("label", "stems.label"),
    within("description", "stems.description"),
    within("rest", "text"),
  ];
  return { dis_max: { queries, tie_breaker: 0 } };
};

/** Constants only: nothing that OpenSearch counts over all documents, others' private ones included, is in a score. */
const scored = (plan: Plan, filter: readonly Query[], mode: Mode, today: number): Query => {
  const all: Query[] =
    mode === "some" && plan.all
      ? [{ constant_score: { filter: plan.all, boost: exactly(scoreWeights.all), _name: "all" } }]
      : [];
  const exact = plan.exact === undefined ? [] : [constant(term("exact", plan.exact), scoreWeights.exact)];
  const should = [...exact, ...all, ...plan.shares.map(shareQuery)];
  return {
    function_score: {
      query: { bool: { filter, must_not: plan.excluded, should, minimum_should_match: 0 } },
      functions: [
        { field_value_factor: { field: "quality", factor: 1, missing: 0 } },
        {
          // From 1 on that day and later, falling to a third.
          exp: {
            updated: { origin: (today + 1) * dayMs, offset: dayMs, scale: freshnessDays * dayMs, decay: Math.exp(-1) },
          },
          weight: scoreWeights.freshness,
        },
      ],
      score_mode: "sum",
      boost_mode: "sum",
    },
  };
};

const orders: Readonly<Record<SearchSort, object>> = {
  relevance: { _score: "desc" },
  recent: { updated: "desc" },
  rating: { rating: "desc" },
  popular: { usage: "desc" },
  name: { name: "asc" },
};

const facetAggregations = (facets: readonly SearchFacet[], { filters }: ParsedQuery) =>
  Object.fromEntries(
    facets.map((facet) => {
      // Filters that are not in the query, as this facet or another is counted without them.
      const others = filters.filter((filter) => isApart(filter, facets) && facetOf(filter) !== facet).map(filterQuery);
      const terms = { field: `facets.${facet}`, size: facetValuesMax, shard_size: 1_000 };
      return [facet, { filter: allOf(others), aggs: { values: { terms } } }];
    }),
  );

const isApart = (filter: ParsedQuery["filters"][number], facets: readonly SearchFacet[]): boolean => {
  const facet = facetOf(filter);
  return facet !== undefined && facets.includes(facet);
};

/** The search for a page. A filter that a facet is counted without comes behind the counting. */
export const searchBody = (
  plan: Plan,
  request: SearchRequest,
  mode: Mode,
  { today, after }: { readonly today: number; readonly after: After | undefined },
) => {
  const { query, viewer, sort, limit } = request;
  const facets = after ? [] : request.facets;
  const words = mode === "all" ? plan.all : plan.some;
  const inside = query.filters.filter((filter) => !isApart(filter, facets)).map(filterQuery);
  const behind = query.filters.filter((filter) => isApart(filter, facets)).map(filterQuery);
  return {
    query: scored(plan, [visibleTo(viewer), ...(words ? [words] : []), ...inside], mode, today),
    ...(behind.length > 0 && { post_filter: allOf(behind) }),
    ...(facets.length > 0 && { aggs: facetAggregations(facets, query) }),
    sort: [orders[sort], { key: "asc" }],
    ...(after && { search_after: after.place }),
    size: limit + 1,
    track_total_hits: countedMax,
    _source: ["document"],
  };
};
