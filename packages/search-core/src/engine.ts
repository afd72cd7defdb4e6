import type { DocumentType, Highlight, ScorePart, SearchFacet } from "@nofx/contract-search";
import type { DocumentKey, SearchDocument } from "./document.ts";
import type { ParsedQuery } from "./query/parsed-query.ts";

/** Who searches: sees what is public and what is of the own tenant; services see everything. */
export interface Viewer {
  /** Empty for an anonymous caller. */
  readonly tenantId: string;
  readonly seesAll: boolean;
}

export const searchSorts = ["relevance", "recent", "rating", "popular", "name"] as const;
export type SearchSort = (typeof searchSorts)[number];

export interface SearchRequest {
  readonly viewer: Viewer;
  /** What was asked for, in `q` and by parameters. */
  readonly query: ParsedQuery;
  readonly sort: SearchSort;
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

export interface FacetValue {
  readonly value: string;
  readonly count: number;
}

/** A word that is not there, or hardly, and the one that was searched for in its place. */
export interface Correction {
  readonly from: string;
  readonly to: string;
  /** Place of the term in the query as it was typed, from 0. */
  readonly at: number;
}

export interface SearchAnswer {
  readonly found: readonly FoundDocument[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: string | undefined;
  readonly total: { readonly value: number; readonly relation: "eq" | "gte" };
  readonly facets: Readonly<Partial<Record<SearchFacet, readonly FacetValue[]>>>;
  readonly corrections: readonly Correction[];
}

export interface SuggestRequest {
  readonly viewer: Viewer;
  readonly text: string;
  readonly limit: number;
  /** Empty: all. */
  readonly types: readonly DocumentType[];
}

/** A document that the text may mean, by its name. */
export interface SuggestedDocument extends DocumentKey {
  readonly name: string;
}

/** What becomes part of a generation of the index, and what no longer is. The last state of each document. */
export interface IndexBatch {
  readonly puts: readonly SearchDocument[];
  readonly removes: readonly DocumentKey[];
}

/**
 * What keeps the documents and finds them. A generation is built beside the one that is searched and takes its place as a
 * whole. To apply a batch twice changes nothing. `Within` is the transaction that tells how far the index has come: an
 * engine that keeps its documents in the same database writes them in it; another one is told the same batch again when
 * the transaction has failed.
 */
export interface SearchEngine<Within> {
  /** Makes room for a generation; one that is there already stays as it is. */
  create(generation: number, within: Within): Promise<void>;
  apply(generation: number, batch: IndexBatch, within: Within): Promise<void>;
  /** Everything has been put in: whatever makes searching it fast and its ranking good is brought up to date. */
  settle(generation: number): Promise<void>;
  search(generation: number, request: SearchRequest): Promise<SearchAnswer>;
  suggest(generation: number, request: SuggestRequest): Promise<readonly SuggestedDocument[]>;
  size(generation: number): Promise<{ readonly documents: number; readonly terms: number }>;
  /** Forgets a generation that nobody searches any more. */
  drop(generation: number): Promise<void>;
}
