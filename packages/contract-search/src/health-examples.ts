import type { Example } from "@nofx/contract-kit";

const at = "2026-11-23T09:30:00.000Z";
const digest = "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
const contract = { served: digest, known: digest, matches: true };
const names = ["registry", "marketplace", "search"];
const feeds = [
  { source: "registry", reachable: true, seenAt: at, lagSeconds: 0.4 },
  { source: "marketplace", reachable: false, seenAt: at, lagSeconds: 0.4, reason: "no answer" },
];

export const getSystemHealth: Example = {
  answer: {
    status: "ok",
    at,
    details: "full",
    services: names.map((name) => ({ name, status: "ok", latencyMs: 3.2, version: "1.0.0", contract })),
    databases: names.map((name) => ({
      name,
      status: "ok",
      schemaVersion: "20241003_trackC_cross_registry_analytics",
      pending: 0,
    })),
    index: {
      status: "ok",
      generation: 1,
      documents: 41,
      records: { agents: 20, templates: 21 },
      quarantined: 0,
      rebuilding: false,
      feeds: [feeds[0]],
    },
  },
};

const traffic = { requests: 1_200, clientErrors: 12, serverErrors: 0, perSecond: 20, meanMs: 3.1, p50Ms: 2, p95Ms: 9 };

export const getSystemMetricsSummary: Example = {
  answer: {
    at,
    services: [
      {
        name: "registry",
        status: "ok",
        windowSeconds: 60,
        ...traffic,
        operations: [{ operation: "getAgent", ...traffic }],
        pool: { open: 4, max: 20, waiting: 0 },
        memoryBytes: 134_217_728,
        uptimeSeconds: 86_400,
      },
      { name: "marketplace", status: "failed", reason: "no answer within 1500 ms" },
    ],
    feeds,
  },
};
