import type { Example } from "@nofx/contract-kit";

const at = "2026-11-22T09:30:00.000Z";
const key = { tenant: "acme", agentId: "code-review" };

const record = {
  ...key,
  visibility: "public",
  status: "active",
  name: "Code Review",
  description: "Reviews a pull request for defects that would hurt in production.",
  currentVersion: "2.0.0",
  capabilities: [{ id: "review-diff", label: "Review a diff" }],
  tags: ["engineering", "review"],
  owner: "developer-experience",
  license: "MIT",
  model: "claude-sonnet-4-5",
  aliases: ["reviewer"],
  dependencies: [{ tenant: "acme", agentId: "linter", range: "^1.0.0" }],
  text: "You review code. Name defects first, with file and line.\n",
  createdAt: "2026-06-01T08:00:00.000Z",
  updatedAt: at,
  publishedAt: at,
  versions: [
    {
      version: "2.0.0",
      status: "active",
      publishedAt: at,
      publishedBy: "github:acme/agents@refs/heads/main#run/123",
    },
  ],
  versionCount: 1,
  usage: { runs30d: 100, succeeded30d: 90, success: 0.8256, lastAt: "2026-11-22T17:42:10.000Z", meanMs: 8412 },
};

export const listAgentRecords: Example = {
  arguments: { limit: 1 },
  answer: { records: [record], nextCursor: "WyJhY21lIiwiY29kZS1yZXZpZXciXQ" },
};
export const listAgentRecordKeys: Example = {
  arguments: { limit: 1 },
  answer: { keys: [key], nextCursor: "WyJhY21lIiwiY29kZS1yZXZpZXciXQ" },
};
export const getAgentRecords: Example = {
  arguments: { body: { keys: [key, { tenant: "globex", agentId: "nobody" }] } },
  answer: { records: [record] },
};
