import type { ModelRun, Rollups } from "../usage-model.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** Durations of the runs that went well, by template and day. */
const exactDurations = (runs: Iterable<ModelRun>): Map<string, number[]> => {
  const durations = new Map<string, number[]>();
  for (const { templateId, at, outcome, durationMs } of runs) {
    if (outcome !== "succeeded") continue;
    const key = `${templateId}|${at - (at % dayMs)}`;
    const known = durations.get(key);
    if (known) known.push(durationMs);
    else durations.set(key, [durationMs]);
  }
  return durations;
};

/** Runs in each bucket, by template and day. */
const bucketsOf = ({ latencies }: Rollups): Map<string, Map<number, number>> => {
  const all = new Map<string, Map<number, number>>();
  for (const [key, value] of latencies) {
    const [, templateId, grain, at, ...rest] = key.split("|");
    if (grain !== "day") continue;
    const buckets = all.get(`${templateId}|${at}`) ?? new Map<number, number>();
    const bucket = Number(rest.at(-1));
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + Number.parseInt(value, 10));
    all.set(`${templateId}|${at}`, buckets);
  }
  return all;
};

/** The middle of the bucket that the run of a rank is in. */
const estimateOf = (buckets: ReadonlyMap<number, number>, rank: number): number => {
  let passed = 0;
  for (const [bucket, runs] of [...buckets].sort(([a], [b]) => a - b)) {
    passed += runs;
    if (passed >= rank) return bucket === 0 ? 0 : 1.1 ** (bucket - 0.5);
  }
  return Number.NaN;
};

/** The largest error of a 95th percentile from buckets, as a part of the exact one, over all templates and days. */
export const p95Error = (runs: Iterable<ModelRun>, rollups: Rollups): number => {
  const buckets = bucketsOf(rollups);
  const errors = [...exactDurations(runs)].map(([key, durations]) => {
    const rank = Math.ceil(durations.length * 0.95);
    const exact = durations.sort((a, b) => a - b)[rank - 1] ?? Number.NaN;
    const estimate = estimateOf(buckets.get(key) ?? new Map(), rank);
    return exact === estimate ? 0 : Math.abs(estimate - exact) / exact;
  });
  return Math.max(...errors);
};
