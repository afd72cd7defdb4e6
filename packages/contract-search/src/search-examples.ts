import type { Example } from "@nofx/contract-kit";

const hit = {
  type: "agent",
  tenant: "acme",
  id: "code-review",
  name: "Code Review",
  description: "Reviews pull requests",
  currentVersion: "1.2.0",
  status: "active",
  visibility: "public",
  tags: ["review"],
  capabilities: ["code-review"],
  agents: [],
  ratingCount: 0,
  usage30d: 412,
  success: 0.94,
  updatedAt: "2026-11-22T09:30:00.000Z",
  url: "/api/agents/code-review?tenant=acme",
  score: 17.4,
  highlights: [
    {
      field: "description",
      parts: [
        { text: "Reviews", match: true },
        { text: " ", match: false },
        { text: "pull requests", match: true },
      ],
    },
  ],
};

export const unifiedSearch: Example = {
  arguments: { q: "reveiw pull request", facets: "type" },
  answer: {
    hits: [hit],
    total: { value: 1, relation: "eq" },
    facets: { type: [{ value: "agent", count: 1 }] },
    didYouMean: "review pull request",
    warnings: [],
    freshness: {
      satisfied: true,
      stale: false,
      sources: [
        { source: "registry", reachable: true, seenAt: "2026-11-23T09:30:00.000Z" },
        { source: "marketplace", reachable: true, seenAt: "2026-11-23T09:30:00.000Z" },
      ],
    },
    searchId: "0b54b9a2-6c1c-4d0c-9d0e-4c7b7f3f8a11",
  },
};

export const suggestSearch: Example = {
  arguments: { q: "code-r" },
  answer: {
    suggestions: [
      {
        text: "Code Review",
        type: "agent",
        tenant: "acme",
        id: "code-review",
        url: "/api/agents/code-review?tenant=acme",
      },
    ],
  },
};

export const recordSearchClick: Example = {
  arguments: {
    body: {
      searchId: "0b54b9a2-6c1c-4d0c-9d0e-4c7b7f3f8a11",
      type: "agent",
      tenant: "acme",
      id: "code-review",
      position: 1,
    },
  },
};
