import {
  countsOf,
  type Histogram,
  histogramScheme,
  meanMsOf,
  mergeHistograms,
  quantile,
  roundedMs,
  successOf,
} from "@nofx/analytics";
import type { RunDurations, UsageFigures } from "@nofx/contract-marketplace";

/** Sums over runs, as the database gives them. */
export interface RunSums {
  readonly succeeded: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly invalid: number;
  readonly durationMs: number;
  readonly tokens: number;
  readonly tokensTold: number;
  readonly costMicros: number;
  readonly costTold: number;
}

/** How many runs there are in a bucket of a scheme. */
export interface LatencyRow {
  readonly scheme: number;
  readonly bucket: number;
  readonly runs: number;
}

export const noRuns: RunSums = {
  succeeded: 0,
  failed: 0,
  cancelled: 0,
  invalid: 0,
  durationMs: 0,
  tokens: 0,
  tokensTold: 0,
  costMicros: 0,
  costTold: 0,
};

export const usdOf = (micros: number): number => micros / 1e6;

const histogramsOf = (rows: readonly LatencyRow[]): Histogram[] =>
  rows.map(({ scheme, bucket, runs }) => ({ scheme, counts: [{ bucket, count: runs }] }));

/** The one histogram of these rows. */
export const histogramOf = (rows: readonly LatencyRow[]): Histogram => mergeHistograms(histogramsOf(rows));

/** A quantile in milliseconds. */
export const quantileMs = (histogram: Histogram, share: number): number => roundedMs(quantile(histogram, share) ?? 0);

const durationOf = (sums: RunSums, rows: readonly LatencyRow[]): { duration?: RunDurations } => {
  if (sums.succeeded === 0) return {};
  const histogram = rows.length > 0 ? histogramOf(rows) : { scheme: histogramScheme, counts: [] };
  const [p50Ms, p95Ms, p99Ms] = [0.5, 0.95, 0.99].map((share) => quantileMs(histogram, share)) as [
    number,
    number,
    number,
  ];
  return { duration: { meanMs: meanMsOf(sums), p50Ms, p95Ms, p99Ms } };
};

/** What runs of a time add up to, as an answer has it. */
export const figuresOf = (sums: RunSums, latencies: readonly LatencyRow[], uniqueUsers: number): UsageFigures => ({
  ...countsOf(sums),
  uniqueUsers,
  ...successOf(sums),
  ...durationOf(sums, latencies),
  tokens: { total: sums.tokens, runs: sums.tokensTold },
  cost: { usd: usdOf(sums.costMicros), runs: sums.costTold },
});
