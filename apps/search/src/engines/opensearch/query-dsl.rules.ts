/** What of OpenSearch's query language is used here. */
export type Query =
  | { readonly match_all: Record<string, never> }
  | { readonly match_none: Record<string, never> }
  | { readonly term: Readonly<Record<string, { readonly value: string }>> }
  | { readonly terms: Readonly<Record<string, readonly string[]>> }
  | { readonly prefix: Readonly<Record<string, { readonly value: string }>> }
  | { readonly range: Readonly<Record<string, Range>> }
  | { readonly fuzzy: Readonly<Record<string, Fuzzy>> }
  | { readonly bool: Bool }
  | { readonly constant_score: { readonly filter: Query; readonly boost: number; readonly _name?: string } }
  | { readonly dis_max: { readonly queries: readonly Query[]; readonly tie_breaker: number } }
  | { readonly function_score: FunctionScore }
  | SpanQuery;

export interface Range {
  readonly gte?: number;
  readonly gt?: number;
  readonly lt?: number;
}

interface Fuzzy {
  readonly value: string;
  readonly fuzziness: number;
  readonly prefix_length: number;
  readonly max_expansions: number;
  readonly transpositions: boolean;
  readonly rewrite: string;
}

export interface Bool {
  readonly filter?: readonly Query[];
  readonly must?: readonly Query[];
  readonly must_not?: readonly Query[];
  readonly should?: readonly Query[];
  readonly minimum_should_match?: number;
}

interface FunctionScore {
  readonly query: Query;
  readonly functions: readonly object[];
  readonly score_mode: "sum";
  readonly boost_mode: "sum";
}

export type SpanQuery =
  | { readonly span_term: Readonly<Record<string, { readonly value: string }>> }
  | { readonly span_or: { readonly clauses: readonly SpanQuery[] } }
  | {
      readonly span_near: { readonly clauses: readonly SpanQuery[]; readonly slop: number; readonly in_order: boolean };
    };

export const term = (field: string, value: string): Query => ({ term: { [field]: { value } } });

/** All of them. */
export const allOf = (queries: readonly Query[]): Query => {
  const [only, other] = queries;
  if (only && !other) return only;
  return only ? { bool: { filter: queries } } : { match_all: {} };
};

/** At least one of them. */
export const anyOf = (queries: readonly Query[]): Query => {
  const [only, other] = queries;
  if (only && !other) return only;
  return only ? { bool: { should: queries, minimum_should_match: 1 } } : { match_none: {} };
};
