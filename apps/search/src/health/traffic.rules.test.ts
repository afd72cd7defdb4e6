import { expect, it } from "vitest";
import type { Sample } from "./exposition.rules.ts";
import { quantileMs, snapshotOf, summarize } from "./traffic.rules.ts";

const duration = "nofx_http_request_duration_seconds";

const samples = (startedAt: number, counts: Record<string, number>): Sample[] => [
  { name: "process_start_time_seconds", labels: {}, value: startedAt },
  { name: "nofx_pool_connections", labels: {}, value: 3 },
  { name: "nofx_pool_connections_max", labels: {}, value: 20 },
  { name: "nofx_pool_waiting", labels: {}, value: 1 },
  ...Object.entries(counts).flatMap(([key, value]) => {
    const [operation = "", status = ""] = key.split(" ");
    const labels = { operation, status };
    return [
      { name: `${duration}_count`, labels, value },
      { name: `${duration}_sum`, labels, value: value * 0.004 },
      { name: `${duration}_bucket`, labels: { ...labels, le: "0.005" }, value },
      { name: `${duration}_bucket`, labels: { ...labels, le: "+Inf" }, value },
    ];
  }),
];

const at = (seconds: number, startedAt: number, counts: Record<string, number>) => {
  const snapshot = snapshotOf(samples(startedAt, counts), seconds * 1000);
  if (!snapshot) throw new Error("no snapshot");
  return snapshot;
};

it("rates and durations are of the time since the snapshot before, counts since the start", () => {
  const before = at(100, 0, { "get 200": 10, "get 404": 2 });
  const summary = summarize(at(120, 0, { "get 200": 30, "get 404": 2, "get 503": 4 }), before);
  expect(summary).toMatchObject({
    requests: 36,
    clientErrors: 2,
    serverErrors: 4,
    windowSeconds: 20,
    perSecond: 1.2,
    meanMs: 4,
  });
  expect(summary).toMatchObject({ uptimeSeconds: 120, pool: { open: 3, max: 20, waiting: 1 } });
  expect(summary.operations).toMatchObject([{ operation: "get", requests: 36, perSecond: 1.2 }]);
});

it("are of the time since the start if there is none before, or it is of another process", () => {
  const now = at(120, 20, { "get 200": 50 });
  const expected = { requests: 50, windowSeconds: 100, perSecond: 0.5 };
  expect(summarize(now, undefined)).toMatchObject(expected);
  expect(summarize(now, at(110, 0, { "get 200": 900 }))).toMatchObject(expected);
});

it("no durations without requests, and the 20 operations with the most requests", () => {
  const many = Object.fromEntries(Array.from({ length: 25 }, (_, place) => [`op${place} 200`, place]));
  const now = at(10, 0, many);
  const { operations, meanMs } = summarize(now, now);
  expect([operations?.length, operations?.[0]?.operation, meanMs]).toEqual([20, "op24", undefined]);
});

it("a quantile is estimated evenly within its bucket, and no further than the last bound", () => {
  const buckets = new Map([
    [Number.POSITIVE_INFINITY, 101],
    [0.01, 50],
    [0.02, 100],
  ]);
  expect([quantileMs(buckets, 0.25), quantileMs(buckets, 0.75), quantileMs(buckets, 1)]).toEqual([5.05, 15.15, 20]);
  expect(quantileMs(new Map(), 0.5)).toBeUndefined();
});

it("is nothing where there are no metrics of a service", () => {
  expect(snapshotOf([{ name: "up", labels: {}, value: 1 }], 0)).toBeUndefined();
});
