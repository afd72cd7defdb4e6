import type { SearchFacet } from "@nofx/contract-search";
import {
  fieldWeights,
  freshnessDays,
  type SearchDocument,
  type SearchSort,
  saturation,
  scoreWeights,
  type Viewer,
} from "@nofx/search-core";
import { sql } from "kysely";
import type { Cursor } from "./cursor.ts";
import { rankWeights } from "./document-row.ts";
import { quoted } from "./lexemes.rules.ts";
import type { Plan } from "./plan.rules.ts";
import type { Reader } from "./reader.ts";
import type { Clause } from "./word-query.rules.ts";

/** Which page is asked for. */
export interface Page {
  readonly sort: SearchSort;
  readonly after: Cursor | undefined;
  readonly limit: number;
  /** With fewer matches of all words, those of some follow. */
  readonly enough: number;
  readonly today: number;
  readonly shares: readonly number[];
  /** How often the index had been written to when the dictionary was read; undefined: that was just now. */
  readonly applied: number | undefined;
}

/** A row that was found. `words` has a number for each clause. */
export interface FoundRow {
  readonly key: string;
  readonly value: number | string;
  readonly score: number;
  readonly all: boolean;
  readonly exact: boolean;
  readonly words: readonly number[];
  readonly document: SearchDocument;
}

export interface Found {
  readonly mode: Cursor["mode"];
  readonly total: number;
  readonly more: boolean;
  readonly hits: readonly FoundRow[];
  readonly facets: Partial<Record<SearchFacet, { value: string; count: number }[]>>;
}

/** `ts_rank` divides by this and by the number of words asked for. */
const rankDivisor = 1.64493406685;

/** What each clause adds to the text's part of a score, of 1 together. */
const clauseColumns = (clauses: readonly Clause[]) => {
  const all = clauses.reduce((sum, { share }) => sum + share, 0);
  return {
    clauses: clauses.map(({ lexemes }) => lexemes.map(quoted).join(" | ")),
    weights: clauses.map(({ share }) => (share / (all || 1)) * scoreWeights.text),
    scales: clauses.map(
      ({ lexemes, isMark }) =>
        (lexemes.length * rankDivisor * (isMark ? fieldWeights.name / fieldWeights.rest : 1)) / saturation,
    ),
  };
};

/** What a list is ordered by. Without words, relevance is quality. */
const orderOf = (sort: SearchSort, plan: Plan): string =>
  sort === "relevance" && plan.clauses.length === 0 && plan.exact === null ? "quality" : sort;

/** Runs a search; undefined: the index has been written to since the dictionary was read. */
export const findDocuments = async (
  db: Reader,
  generation: number,
  { tenantId, seesAll }: Viewer,
  plan: Plan,
  { sort, after, limit, enough, today, shares, applied }: Page,
): Promise<Found | undefined> => {
  const request = {
    ...plan,
    ...clauseColumns(plan.clauses),
    sort: orderOf(sort, plan),
    mode: after?.mode ?? null,
    after: after ? { value: after.value, key: after.key } : null,
    limit,
    enough,
    today,
    shares,
    applied,
    exactWeight: scoreWeights.exact,
    allWeight: scoreWeights.all,
    freshnessWeight: scoreWeights.freshness,
    freshnessDays,
    fieldWeights: rankWeights,
  };
  const { rows } = await sql<{ found: Found | null }>`
    SELECT index_find(${generation}, ${tenantId}, ${seesAll}, ${JSON.stringify(request)}) AS found`.execute(db);
  return rows[0]?.found ?? undefined;
};
