import type { Highlight, ScorePart, SearchFacet } from "@nofx/contract-search";
import type { DocumentKey, SearchDocument } from "./document.ts";
import type { ParsedQuery } from "./query/parsed-query.ts";

/** Who searches: sees what is public and what is of the own tenant; services see everything. */
export interface Viewer {
  /** Empty for an anonymous caller. */
  readonly tenantId: string;
  readonly seesAll: boolean;
}

export interface SearchRequest {
  readonly viewer: Viewer;
  readonly query: ParsedQuery;
  readonly sort: "relevance" | "recent" | "rating" | "popular" | "name";
  readonly facets: readonly SearchFacet[];
  readonly explain: boolean;
  readonly limit: number;
  /** Where the page before ended, as the engine gave it. */
  readonly after: string | undefined;
}

export interface FoundDocument {
  readonly document: SearchDocument;
  readonly score: number;
  readonly highlights: readonly Highlight[];
  readonly explain: readonly ScorePart[] | undefined;
}

export interface SearchAnswer {
  readonly found: readonly FoundDocument[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: string | undefined;
  readonly total: { readonly value: number; readonly relation: "eq" | "gte" };
  readonly facets: Readonly<
    Partial<Record<SearchFacet, readonly { readonly value: string; readonly count: number }[]>>
  >;
  /** Words of the query that were taken for others, by their place. */
  readonly corrections: readonly { readonly from: string; readonly to: string }[];
}

/** What becomes part of a generation of the index, and what no longer is. The last state of each document. */
export interface IndexBatch {
  readonly generation: number;
  readonly puts: readonly SearchDocument[];
  readonly removes: readonly DocumentKey[];
}

/**
 * What keeps the documents and finds them. A generation is built beside the one that is searched and takes its place as a
 * whole. To apply a batch twice changes nothing.
 */
export interface SearchEngine {
  apply(batch: IndexBatch): Promise<void>;
  search(generation: number, request: SearchRequest): Promise<SearchAnswer>;
  suggest(
    generation: number,
    viewer: Viewer,
    text: string,
    options: { readonly limit: number; readonly types: readonly DocumentKey["type"][] },
  ): Promise<readonly DocumentKey[]>;
  /** Forgets a generation that nobody searches any more. */
  drop(generation: number): Promise<void>;
}
