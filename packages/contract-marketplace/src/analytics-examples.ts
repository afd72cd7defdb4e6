import type { Example } from "@nofx/contract-kit";

const address = { tenant: "acme", templateId: "release-notes" };
const range = { from: "2026-11-22T00:00:00.000Z", to: "2026-11-23T00:00:00.000Z" };
const asOf = "2026-11-23T09:30:00.000Z";
const counts = { runs: 100, succeeded: 90, failed: 10, cancelled: 0, invalid: 0 };
const success = { rate: 0.9, low: 0.8256, high: 0.9448 };
const figures = {
  ...counts,
  uniqueUsers: 12,
  success,
  duration: { meanMs: 8_412, p50Ms: 7_905, p95Ms: 18_640, p99Ms: 24_810 },
  tokens: { total: 512_000, runs: 100 },
  cost: { usd: 3.84, runs: 100 },
};
const earlier = {
  runs: 80,
  succeeded: 48,
  failed: 32,
  cancelled: 0,
  invalid: 0,
  uniqueUsers: 9,
  success: { rate: 0.6, low: 0.4904, high: 0.7004 },
  duration: { meanMs: 9_020, p50Ms: 8_696, p95Ms: 20_504, p99Ms: 27_291 },
  tokens: { total: 420_000, runs: 80 },
  cost: { usd: 3.15, runs: 80 },
};

export const getTemplateAnalytics: Example = {
  arguments: { templateId: "release-notes", tenant: "acme", from: "2026-11-22", to: "2026-11-23", bucket: "day" },
  answer: {
    ...address,
    scope: "all",
    ...range,
    bucket: "day",
    asOf,
    includesSample: false,
    totals: figures,
    previous: {
      from: "2026-11-21T00:00:00.000Z",
      to: range.from,
      totals: earlier,
      change: {
        runs: 20,
        uniqueUsers: 3,
        successRate: 0.3,
        p50Ms: -791,
        p95Ms: -1_864,
        tokens: 92_000,
        costUsd: 0.69,
      },
    },
    series: [
      {
        at: range.from,
        ...counts,
        successRate: 0.9,
        meanMs: 8_412,
        p50Ms: 7_905,
        p95Ms: 18_640,
        tokens: 512_000,
        costUsd: 3.84,
      },
    ],
    versions: { items: [{ ...counts, version: "1.1.0", success, series: [100] }], rest: 0 },
    matrix: { items: [{ ...counts, environment: "production", version: "1.1.0", success }], rest: 0 },
    callers: [{ ...counts, callerKind: "ci" }],
    failures: { items: [{ outcome: "failed", failedStep: "collect", errorClass: "timeout", runs: 10 }], rest: 0 },
  },
};

export const compareTemplateVersionUsage: Example = {
  arguments: { templateId: "release-notes", a: "1.0.0", b: "1.1.0", from: "2026-11-22", to: "2026-11-23" },
  answer: {
    ...address,
    scope: "all",
    ...range,
    asOf,
    includesSample: false,
    a: { ...earlier, version: "1.0.0", firstRunAt: range.from },
    b: { ...figures, version: "1.1.0", firstRunAt: range.from },
    success: { difference: 0.3, low: 0.175, high: 0.4185, samples: { a: 80, b: 100 }, verdict: "better" },
  },
};

export const getAnalyticsDashboard: Example = {
  arguments: { scope: "own", from: "2026-11-22", to: "2026-11-23" },
  answer: {
    scope: "own",
    ...range,
    asOf,
    includesSample: false,
    totals: { ...counts, templates: 1, success, tokens: figures.tokens, cost: figures.cost },
    top: [
      {
        ...address,
        name: "Release Notes",
        ...counts,
        success,
        tokens: figures.tokens,
        cost: figures.cost,
        includesSample: false,
      },
    ],
    trending: {
      floor: { runs: 10, days: 7 },
      halfLifeDays: 3,
      templates: [{ ...address, name: "Release Notes", score: 86.3, runs7d: 180, includesSample: false }],
    },
    categories: [{ ...counts, category: "engineering-release", templates: 1, success }],
    ratings: { count: 2, average: 4.5, histogram: { 1: 0, 2: 0, 3: 0, 4: 1, 5: 1 } },
  },
};

export const streamAnalytics: Example = {};

/** What a template's detail tells of its runs. */
export const templateUsage = {
  usageCount30d: 180,
  successCount30d: 138,
  failureCount30d: 42,
  successRate30d: 0.7666666666666667,
  averageDurationSeconds: 8.624,
  averageTokenUsage: 5_178,
  lastRunAt: "2026-11-23T09:29:59.000Z",
};
