import type { OperationInput } from "@nofx/contract-kit";
import type { SearchFacet, suggestSearch, unifiedSearch } from "@nofx/contract-search";
import {
  parseQuery,
  type QueryField,
  type QueryFilter,
  type SearchRequest,
  type SuggestRequest,
} from "@nofx/search-core";

type SearchQuery = OperationInput<typeof unifiedSearch>["query"];
type SuggestQuery = OperationInput<typeof suggestSearch>["query"];
type Several = string | readonly string[] | undefined;

/** Who asks, as far as it decides what is seen. */
interface Asker {
  readonly tenantId: string;
  readonly role: "anonymous" | "member" | "operator" | "service";
}

/** Names of documents are shorter: more of what is being typed tells nothing. */
export const suggestCharactersMax = 100;

/** What is typed may hold what no database keeps; places in it stay as they are. */
const searchable = (text: string): string => text.replaceAll("\0", " ");

const each = (values: Several): string[] => (values === undefined ? [] : [...new Set([values].flat())]);

const filter = (field: QueryField, values: readonly string[]): QueryFilter => ({
  field,
  comparison: "=",
  values,
  isNegated: false,
});

/** Parameters whose values are alternatives; those of the others must all fit. */
const alternatives = ["type", "category", "author", "license", "status", "tenant"] as const;
const conjunctions = ["tag", "capability", "agent"] as const;

/** Parameters as the conditions that they would be in `q`. */
const filtersOf = (query: SearchQuery): QueryFilter[] => [
  ...alternatives.flatMap((field) => {
    const values = each(query[field]);
    return values.length > 0 ? [filter(field, values)] : [];
  }),
  ...conjunctions.flatMap((field) => each(query[field]).map((value) => filter(field, [value]))),
  ...(query.minRating === undefined
    ? []
    : [{ ...filter("rating", [String(query.minRating)]), comparison: ">=" as const }]),
];

/** The facets that were asked for, each once. */
const facetsAsked = (list: string | undefined): SearchFacet[] =>
  list === undefined ? [] : ([...new Set(list.split(","))] as SearchFacet[]);

/** Operators and services see everything, members what is public and their tenant's, others what is public. */
export const viewerOf = ({ tenantId, role }: Asker): SearchRequest["viewer"] => ({
  tenantId,
  seesAll: role === "operator" || role === "service",
});

/** What is searched for: what `q` says, under what parameters say besides. */
export const searchRequestOf = (query: SearchQuery, asker: Asker): Omit<SearchRequest, "after"> => {
  const parsed = parseQuery(searchable(query.q));
  return {
    viewer: viewerOf(asker),
    query: { ...parsed, filters: [...parsed.filters, ...filtersOf(query)] },
    sort: query.sort,
    facets: facetsAsked(query.facets),
    explain: query.explain === "true",
    limit: query.limit,
  };
};

/** What is to be suggested; undefined: nothing was typed that could be looked for. */
export const suggestRequestOf = (query: SuggestQuery, asker: Asker): SuggestRequest | undefined => {
  const text = searchable(query.q).trimStart().slice(0, suggestCharactersMax).toWellFormed();
  if (!/[\p{L}\p{N}]/u.test(text)) return undefined;
  return { viewer: viewerOf(asker), text, limit: query.limit, types: each(query.type) as SuggestRequest["types"] };
};
