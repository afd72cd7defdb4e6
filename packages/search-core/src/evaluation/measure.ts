import { type Grades, ndcg } from "./ndcg.ts";
import { firstRelevantRank, reciprocalRank } from "./reciprocal-rank.ts";

/** How one query was answered. */
export interface Measured {
  /** nDCG of the first ten. */
  readonly ndcg: number;
  readonly reciprocalRank: number;
  /** Place of the first document that answers the query, from 1. */
  readonly firstRelevant: number | undefined;
  readonly found: number;
}

/** How many queries were answered, and how well on average. */
export interface Totals {
  readonly queries: number;
  readonly ndcg: number;
  /** Mean reciprocal rank. */
  readonly mrr: number;
  /** Share of queries that found nothing at all. */
  readonly zeroResultRate: number;
}

/** Measures one answer: the documents that were found, best first. */
export const measure = (ranked: readonly string[], grades: Grades): Measured => ({
  ndcg: ndcg(ranked, grades),
  reciprocalRank: reciprocalRank(ranked, grades),
  firstRelevant: firstRelevantRank(ranked, grades),
  found: ranked.length,
});

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Each query counts the same.
 * @throws RangeError without queries: nothing was measured, which is not the same as nothing being wrong
 */
export const totalsOf = (measured: readonly Measured[]): Totals => {
  if (measured.length === 0) throw new RangeError("No query was measured");
  return {
    queries: measured.length,
    ndcg: mean(measured.map(({ ndcg: value }) => value)),
    mrr: mean(measured.map(({ reciprocalRank: value }) => value)),
    zeroResultRate: mean(measured.map(({ found }) => (found === 0 ? 1 : 0))),
  };
};
