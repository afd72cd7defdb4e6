import type { Example } from "@nofx/contract-kit";

const at = "2026-11-22T09:30:00.000Z";
const key = { tenant: "acme", templateId: "release-train" };

const record = {
  ...key,
  kind: "workflow",
  visibility: "public",
  status: "active",
  name: "Release train",
  description: "From merged changes to release notes.",
  currentVersion: "2.0.0",
  category: "engineering-release",
  categories: ["engineering-release", "engineering"],
  tags: ["release"],
  license: "MIT",
  owner: "developer-experience",
  aliases: [],
  text: "review\nReview the changes\naudience\nWho reads the notes\n",
  createdAt: "2026-06-01T08:00:00.000Z",
  updatedAt: at,
  publishedAt: at,
  versions: [
    {
      version: "2.0.0",
      status: "active",
      publishedAt: at,
      publishedBy: "github:acme/templates@refs/heads/main#run/123",
    },
  ],
  versionCount: 1,
  rating: { average: 4.5, count: 2, bayesian: 4.06 },
  usage: {
    runs30d: 100,
    succeeded30d: 90,
    success: 0.8256,
    meanMs: 8412,
    lastAt: "2026-11-22T17:42:10.000Z",
    popularityScore: 90,
  },
  tests: { passed: 12, failed: 0, testedAt: at },
  forkedFrom: { tenant: "globex", templateId: "release-train", version: "1.4.0" },
  uses: [
    { kind: "agent", tenant: "acme", id: "code-review", range: "^2.0.0", locked: "2.0.0", version: "2.0.0" },
    { kind: "agent", tenant: "acme", id: "linter", locked: "1.2.0", version: "2.0.0" },
  ],
};

export const listTemplateRecords: Example = {
  arguments: { limit: 1 },
  answer: { records: [record], nextCursor: "WyJhY21lIiwicmVsZWFzZS10cmFpbiJd" },
};
export const listTemplateRecordKeys: Example = {
  arguments: { limit: 1 },
  answer: { keys: [key], nextCursor: "WyJhY21lIiwicmVsZWFzZS10cmFpbiJd" },
};
export const getTemplateRecords: Example = {
  arguments: { body: { keys: [key, { tenant: "globex", templateId: "nobody" }] } },
  answer: { records: [record] },
};
