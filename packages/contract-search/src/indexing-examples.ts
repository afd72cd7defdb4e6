import type { Example } from "@nofx/contract-kit";

const at = "2026-11-23T09:30:00.000Z";
const rebuild = { generation: 2, reason: "New synonyms", startedAt: at, documents: 0 };

export const reindexSearch: Example = { arguments: { body: { reason: "New synonyms" } }, answer: { rebuild } };

export const getSearchIndex: Example = {
  answer: {
    index: {
      generation: 1,
      builtAt: at,
      documents: 41,
      terms: 1_204,
      sources: [
        { source: "registry", reachable: true, cursor: "5f0c2f6e-8a51-4f7e-9d37-0b7a4c1e2d3f:42", seenAt: at },
        { source: "marketplace", reachable: true, cursor: "5f0c2f6e-8a51-4f7e-9d37-0b7a4c1e2d40:97", seenAt: at },
      ],
      quarantined: 0,
    },
  },
};

export const listQuarantined: Example = {
  answer: {
    quarantined: [
      {
        type: "agent",
        tenant: "acme",
        id: "odd",
        error: "The manifest is no JSON",
        attempts: 1,
        since: at,
        lastAt: at,
      },
    ],
  },
};

export const retryQuarantined: Example = { answer: { indexed: 1, failed: 0 } };
