import type { BatchedExecution, RunCounts } from "@nofx/contract-marketplace";

/** A report with whose it is. */
export type Told = BatchedExecution & { readonly occurredAt: string; readonly subject: string; readonly by: string };

const outcomes = ["succeeded", "failed", "cancelled", "invalid"] as const;

/** How many ended how, counted one by one. */
export const counts = (runs: readonly Told[]): RunCounts => {
  const [succeeded, failed, cancelled, invalid] = outcomes.map(
    (outcome) => runs.filter((run) => run.outcome === outcome).length,
  ) as [number, number, number, number];
  return { runs: runs.length, succeeded, failed, cancelled, invalid };
};

/** The value in place ⌈q·n⌉. */
const exact = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(share * values.length)) - 1] ?? 0;

/** What a time adds up to, worked out from the reports themselves. */
export const figures = (runs: readonly Told[]) => {
  const took = runs.flatMap(({ outcome, durationMs }) => (outcome === "succeeded" ? [durationMs] : []));
  const tokens = runs.flatMap(({ tokens }) => (tokens === undefined ? [] : [tokens]));
  const costs = runs.flatMap(({ costUsd }) => (costUsd === undefined ? [] : [costUsd]));
  const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
  return {
    ...counts(runs),
    uniqueUsers: new Set(runs.map(({ by, subject }) => `${by} ${subject}`)).size,
    meanMs: sum(took) / took.length,
    p50Ms: exact(took, 0.5),
    p95Ms: exact(took, 0.95),
    p99Ms: exact(took, 0.99),
    tokens: { total: sum(tokens), runs: tokens.length },
    cost: { usd: sum(costs), runs: costs.length },
  };
};

/** Groups by a name, the largest group first, then by name. */
export const grouped = (runs: readonly Told[], nameOf: (run: Told) => string): [string, Told[]][] =>
  [...Map.groupBy(runs, nameOf)].sort(
    ([one, first], [other, second]) => second.length - first.length || (one < other ? -1 : 1),
  );

/** The same numbers for the same seed. */
export const random = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
};
