import type { Example } from "@nofx/contract-kit";

const execution = {
  runId: "0b54b9a2-6c1c-4d0c-9d0e-4c7b7f3f8a11",
  version: "1.1.0",
  environment: "production",
  outcome: "succeeded",
  durationMs: 8_412,
  tokens: 5_120,
  costUsd: 0.0384,
  callerKind: "ci",
  occurredAt: "2026-11-23T09:30:00.000Z",
  steps: [{ agentId: "change-collector", version: "1.2.0", outcome: "succeeded", durationMs: 3_120 }],
};

export const recordExecution: Example = {
  arguments: { templateId: "release-notes", tenant: "acme", body: execution },
  answer: { runId: execution.runId, outcome: "accepted" },
};

export const recordExecutions: Example = {
  arguments: { body: { executions: [{ templateId: "release-notes", ...execution }] } },
  answer: {
    summary: { accepted: 1, duplicate: 0, refused: 0 },
    results: [{ index: 0, runId: execution.runId, outcome: "accepted" }],
  },
};

export const removeSampleUsage: Example = {
  arguments: {},
  answer: { removed: { reports: 1_200, templates: 4, agents: 9 } },
};
