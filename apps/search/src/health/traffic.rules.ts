import type { ServiceMetrics } from "@nofx/contract-search";
import type { Sample } from "./exposition.rules.ts";

/** Requests to an operation since a process started. */
interface Counts {
  readonly requests: number;
  readonly clientErrors: number;
  readonly serverErrors: number;
  readonly seconds: number;
  /** Requests that took at most so many seconds. */
  readonly buckets: ReadonlyMap<number, number>;
}

/** What the metrics of a process came to at a time. */
export interface Snapshot {
  readonly atMs: number;
  readonly startedAtMs: number;
  readonly byOperation: ReadonlyMap<string, Counts>;
  readonly pool: ServiceMetrics["pool"];
  readonly memoryBytes: number | undefined;
}

const duration = "nofx_http_request_duration_seconds";
const nothing: Counts = { requests: 0, clientErrors: 0, serverErrors: 0, seconds: 0, buckets: new Map() };

const merged = (a: Counts, b: Counts, sign: 1 | -1): Counts => ({
  requests: a.requests + sign * b.requests,
  clientErrors: a.clientErrors + sign * b.clientErrors,
  serverErrors: a.serverErrors + sign * b.serverErrors,
  seconds: a.seconds + sign * b.seconds,
  buckets: new Map(
    [...new Set([...a.buckets.keys(), ...b.buckets.keys()])].map((le) => [
      le,
      (a.buckets.get(le) ?? 0) + sign * (b.buckets.get(le) ?? 0),
    ]),
  ),
});

const countsOf = ({ name, labels, value }: Sample): Counts => {
  const { status = "", le = "" } = labels;
  if (name === `${duration}_sum`) return { ...nothing, seconds: value };
  if (name === `${duration}_bucket`)
    return { ...nothing, buckets: new Map([[le === "+Inf" ? Infinity : Number(le), value]]) };
  const [isClient, isServer] = [status.startsWith("4"), status.startsWith("5")];
  return { ...nothing, requests: value, clientErrors: isClient ? value : 0, serverErrors: isServer ? value : 0 };
};

/** Reads what matters of a process's metrics; undefined if they are not those of a service. */
export const snapshotOf = (samples: readonly Sample[], atMs: number): Snapshot | undefined => {
  const gaugeOf = (name: string): number | undefined => samples.find((sample) => sample.name === name)?.value;
  const startedAt = gaugeOf("process_start_time_seconds");
  const [open, max, waiting] = ["connections", "connections_max", "waiting"].map((each) =>
    gaugeOf(`nofx_pool_${each}`),
  );
  if (startedAt === undefined || max === undefined) return undefined;
  const byOperation = new Map<string, Counts>();
  for (const sample of samples.filter(({ name }) => name.startsWith(`${duration}_`))) {
    const { operation = "unknown" } = sample.labels;
    byOperation.set(operation, merged(byOperation.get(operation) ?? nothing, countsOf(sample), 1));
  }
  return {
    atMs,
    startedAtMs: startedAt * 1000,
    byOperation,
    pool: { open: open ?? 0, max, waiting: waiting ?? 0 },
    memoryBytes: gaugeOf("process_resident_memory_bytes"),
  };
};

/** Estimates a quantile as Prometheus does: evenly within the bucket that it falls into. */
export const quantileMs = (buckets: ReadonlyMap<number, number>, quantile: number): number | undefined => {
  const sorted = [...buckets].sort(([a], [b]) => a - b);
  const rank = quantile * (sorted.at(-1)?.[1] ?? 0);
  const at = sorted.findIndex(([, count]) => count >= rank && count > 0);
  const found = sorted[at];
  if (!found) return undefined;
  const [lower, below] = sorted[at - 1] ?? [0, 0];
  const [upper, count] = found;
  if (upper === Infinity) return lower * 1000;
  return (lower + (upper - lower) * (count === below ? 1 : (rank - below) / (count - below))) * 1000;
};

const rounded = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : Math.round(value * 100) / 100;

const trafficOf = (total: Counts, recent: Counts, seconds: number) => ({
  requests: total.requests,
  clientErrors: total.clientErrors,
  serverErrors: total.serverErrors,
  perSecond: seconds > 0 ? (rounded(recent.requests / seconds) ?? 0) : 0,
  ...(recent.requests > 0 && {
    meanMs: rounded((recent.seconds / recent.requests) * 1000),
    p50Ms: rounded(quantileMs(recent.buckets, 0.5)),
    p95Ms: rounded(quantileMs(recent.buckets, 0.95)),
  }),
});

const operationsMax = 20;

/** What a process does, since the time before if it is the same process, else since it started. */
export const summarize = (
  now: Snapshot,
  before: Snapshot | undefined,
): Omit<ServiceMetrics, "name" | "status" | "reason"> => {
  const base = before?.startedAtMs === now.startedAtMs ? before : undefined;
  const seconds = Math.max(0, now.atMs - (base?.atMs ?? now.startedAtMs)) / 1000;
  const recentOf = (operation: string, total: Counts): Counts =>
    merged(total, base?.byOperation.get(operation) ?? nothing, -1);
  const each = [...now.byOperation].map(([operation, total]) => ({
    operation,
    total,
    recent: recentOf(operation, total),
  }));
  const sum = (which: "total" | "recent") => each.reduce((all, one) => merged(all, one[which], 1), nothing);
  const busiest = each.sort((a, b) => b.total.requests - a.total.requests).slice(0, operationsMax);
  return {
    windowSeconds: rounded(seconds),
    ...trafficOf(sum("total"), sum("recent"), seconds),
    operations: busiest.map(({ operation, total, recent }) => ({ operation, ...trafficOf(total, recent, seconds) })),
    pool: now.pool,
    memoryBytes: now.memoryBytes,
    uptimeSeconds: rounded(Math.max(0, now.atMs - now.startedAtMs) / 1000),
  };
};
