import type { Example } from "@nofx/contract-kit";

const counts = { runs: 100, succeeded: 90, failed: 10, cancelled: 0, invalid: 0 };
const meanMs = 8_412;
const figures = {
  ...counts,
  success: { rate: 0.9, low: 0.8256, high: 0.9448 },
  meanMs,
  lastAt: "2026-11-22T17:42:10.000Z",
};

export const getAgentUsage: Example = {
  arguments: { agentId: "code-review", tenant: "acme", from: "2026-11-22", to: "2026-11-23" },
  answer: {
    tenant: "acme",
    agentId: "code-review",
    from: "2026-11-22T00:00:00.000Z",
    to: "2026-11-23T00:00:00.000Z",
    source: "current",
    asOf: "2026-11-23T09:30:00.000Z",
    includesSample: false,
    totals: figures,
    series: [{ at: "2026-11-22T00:00:00.000Z", ...counts, meanMs }],
    versions: { items: [{ version: "2.0.0", ...figures, series: [100] }], rest: 0 },
  },
};
