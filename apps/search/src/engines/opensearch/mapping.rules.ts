import { searchFacets } from "@nofx/contract-search";

const keyword = { type: "keyword" } as const;

const facetFields = Object.fromEntries(searchFacets.map((facet) => [facet, keyword]));

/** How an index is cut and copied. */
export interface IndexShape {
  readonly shards: number;
  readonly replicas: number;
}

/**
 * What an index is made with. Words are made by the same pure functions for every engine and separated by spaces: all that
 * is left to the analyzer is to take them apart. Whatever is not declared is refused.
 */
export const indexDefinition = ({ shards, replicas }: IndexShape) => ({
  settings: {
    index: {
      number_of_shards: shards,
      number_of_replicas: replicas,
      // Every write refreshes what it wrote: nothing else becomes visible in between.
      refresh_interval: "-1",
    },
    analysis: { analyzer: { stems: { type: "custom", tokenizer: "whitespace" } } },
  },
  mappings: {
    dynamic: "strict",
    properties: {
      key: keyword,
      tenant: keyword,
      visibility: keyword,
      /** The document itself: kept, not indexed. */
      document: { type: "object", enabled: false },
      /** Stems with their places; texts are apart, so that no phrase goes from one to the next. */
      text: { type: "text", analyzer: "stems", norms: false, position_increment_gap: 100 },
      /** Stems by where they count more. */
      stems: { properties: { name: keyword, label: keyword, description: keyword } },
      /** Words as they are written: beginnings, corrections. */
      words: keyword,
      /** The same with who may know of them: typos are looked for among these. */
      spelled: keyword,
      /** Whole names. */
      exact: keyword,
      /** Words of names, for suggestions. */
      named: keyword,
      labels: keyword,
      facets: { properties: facetFields },
      name: keyword,
      updated: { type: "long" },
      rating: { type: "double" },
      usage: { type: "long" },
      mean: { type: "double" },
      /** Quality, shifted so that it is never below 0: scores must not be. */
      quality: { type: "double" },
    },
  },
});
