import type { Example } from "@nofx/contract-kit";

export const listAgentUsage: Example = {
  arguments: { limit: 1 },
  answer: {
    days: [
      {
        tenant: "acme",
        agentId: "code-review",
        version: "2.0.0",
        day: "2026-11-22",
        sample: false,
        succeeded: 90,
        failed: 10,
        cancelled: 0,
        invalid: 0,
        durationMs: 757_080,
        lastAt: "2026-11-22T09:30:00.000Z",
      },
    ],
    nextCursor: "WyJhY21lIiwiY29kZS1yZXZpZXciXQ",
  },
};
