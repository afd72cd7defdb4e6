import type { Totals } from "./measure.ts";

/** What search must reach on the judged queries. */
export interface Gate {
  /** Mean nDCG of all queries. */
  readonly ndcgMin: number;
  /** Mean nDCG of each kind of query: what is broken for one kind does not hide behind the others. */
  readonly kindNdcgMin: number;
  readonly zeroResultRateMax: number;
}

export const gate: Gate = { ndcgMin: 0.9, kindNdcgMin: 0.7, zeroResultRateMax: 0 };

/** Why the figures do not pass, one sentence each; empty if they do. */
export const failuresOf = (totals: Totals, kinds: ReadonlyMap<string, Totals>, limits: Gate = gate): string[] => {
  const weakKinds = [...kinds].filter(([, { ndcg }]) => ndcg < limits.kindNdcgMin);
  return [
    ...(totals.ndcg < limits.ndcgMin ? [`nDCG@10 is ${totals.ndcg.toFixed(3)}, below ${limits.ndcgMin}`] : []),
    ...weakKinds.map(
      ([kind, { ndcg }]) => `nDCG@10 of ${kind} queries is ${ndcg.toFixed(3)}, below ${limits.kindNdcgMin}`,
    ),
    ...(totals.zeroResultRate > limits.zeroResultRateMax
      ? [`${(totals.zeroResultRate * 100).toFixed(1)} % of queries found nothing`]
      : []),
  ];
};
