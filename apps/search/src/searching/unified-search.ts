import type { OperationInput, OperationSuccess } from "@nofx/contract-kit";
import type { Freshness, SearchFacets, unifiedSearch as UnifiedSearch } from "@nofx/contract-search";
import type { SearchAnswer, SearchRequest } from "@nofx/search-core";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { didYouMean } from "./did-you-mean.rules.ts";
import { hitOf } from "./hit.rules.ts";
import { keptQueryOf } from "./kept-query.rules.ts";
import { count } from "./kept-searches.ts";
import { fromPlace, type SearchPosition, searchCursors } from "./search-cursor.ts";
import { searchRequestOf } from "./search-request.rules.ts";

type SearchQuery = OperationInput<typeof UnifiedSearch>["query"];
type SearchResult = OperationSuccess<typeof UnifiedSearch>["body"];
type Parts = Pick<Deps, "engine" | "index" | "recent" | "keptSearches" | "now" | "searchIds">;

const changeWaitMs = 2_000;

/** What is found before there is an index. */
const nothing: SearchAnswer = {
  found: [],
  next: undefined,
  total: { value: 0, relation: "eq" },
  facets: {},
  corrections: [],
};

/** Waits for the change that the caller wants to see, if any; true: everything wanted is there. */
const awaitChange = async (
  { index, keptSearches }: Parts,
  { signal }: RequestContext,
  change: string | undefined,
): Promise<boolean> => {
  if (change === undefined) return true;
  const arrived = await index.contains(change, changeWaitMs, signal);
  count(keptSearches.waits, arrived ? "arrived" : "late");
  return arrived;
};

/** Keeps what was looked for and counts what became of it. Further pages are of the same search. */
const keep = (
  { keptSearches, now }: Parts,
  searchId: string,
  { q }: SearchQuery,
  { found, total, corrections }: SearchAnswer,
  tookMs: number,
): void => {
  count(keptSearches.outcomes, total.value === 0 ? "nothing" : corrections.length > 0 ? "corrected" : "found");
  const query = keptQueryOf(q);
  if (query === "") return;
  keptSearches.keepSearch({ searchId, at: now(), query, hits: found.length, total: total.value, tookMs });
};

const find = async (
  { engine, index }: Deps["recent"],
  request: Omit<SearchRequest, "after">,
  position: SearchPosition | undefined,
): Promise<SearchAnswer> => {
  const generation = await index.generation();
  if (generation === 0) return nothing;
  return await fromPlace(position, () => engine.search(generation, { ...request, after: position?.after }));
};

/** At how many places there can be a hit, on all pages. */
const placesOf = ({ found, next, total }: SearchAnswer): number => {
  if (next === undefined) return found.length;
  return total.relation === "gte" ? Number.MAX_SAFE_INTEGER : total.value;
};

/** The search that the page is of, if this service has given it; else a new one. */
const searchIdOf = ({ searchIds, now }: Parts, position: SearchPosition | undefined, answer: SearchAnswer): string =>
  position && searchIds.read(position.search)
    ? position.search
    : searchIds.give({ at: now(), total: position ? 0 : placesOf(answer) });

const facetsOf = (facets: SearchAnswer["facets"]): SearchFacets =>
  Object.fromEntries(Object.entries(facets).map(([name, values]) => [name, [...values]]));

/** Finds agents and templates, in the order asked for, with everything that is told beside them. */
export const unifiedSearch = async (parts: Parts, ctx: RequestContext, query: SearchQuery): Promise<SearchResult> => {
  const startedAt = performance.now();
  const request = searchRequestOf(query, ctx);
  const cursors = searchCursors(request);
  const position = cursors.decode(query.cursor);
  const satisfied = await awaitChange(parts, ctx, query.min_change);
  // Who wants to see a change looks where it was found to be.
  const place = query.min_change === undefined ? parts.recent : parts;
  const [answer, standing] = await Promise.all([find(place, request, position), place.index.sources()]);
  const searchId = searchIdOf(parts, position, answer);
  if (!position) keep(parts, searchId, query, answer, Math.round(performance.now() - startedAt));
  const freshness: Freshness = { satisfied, ...standing };
  return {
    hits: answer.found.map(hitOf),
    ...(answer.next !== undefined && { nextCursor: cursors.encode({ search: searchId, after: answer.next }) }),
    total: answer.total,
    ...(request.facets.length > 0 && { facets: facetsOf(answer.facets) }),
    didYouMean: didYouMean(query.q, answer.corrections),
    warnings: [...request.query.warnings],
    freshness,
    searchId,
  };
};
