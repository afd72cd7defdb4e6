import type { Example } from "@nofx/contract-kit";

const templateId = "release-notes";
const named = { templateId, tenant: "acme" };
const secret = "secret://mail/production";
const kept = {
  version: "1.1.0",
  variables: { site: "https://notes.globex.example", mailPassword: secret },
  agents: { "acme/docs-editor": "1.4.0" },
};
const production = {
  name: "production",
  origin: "both",
  version: "1.1.0",
  extends: "development",
  kept,
  resolved: {
    chain: ["development", "production"],
    variables: { limit: 500, ...kept.variables },
    agents: kept.agents,
    channels: {},
    resources: { queue: "batch" },
  },
  updatedAt: "2026-11-23T08:00:00.000Z",
  updatedBy: "token:7c1e2f3a-0c1d-4a65-9a3b-6f6a5f2f9b11",
};
const development = {
  name: "development",
  origin: "declared",
  version: "1.2.0",
  resolved: { chain: ["development"], variables: { limit: 5 }, agents: {}, channels: {}, resources: {} },
};

export const listTemplateEnvironments: Example = {
  arguments: named,
  answer: { environments: [development, production] },
};

export const getTemplateEnvironment: Example = {
  arguments: { ...named, name: "production" },
  answer: { environment: production },
};

export const putTemplateEnvironment: Example = {
  arguments: { ...named, name: "production", body: kept },
  answer: { outcome: "created", dryRun: false, environment: production, warnings: [] },
};

export const deleteTemplateEnvironment: Example = {
  arguments: { ...named, name: "production" },
  answer: { removed: kept },
};

export const promoteTemplateEnvironment: Example = {
  arguments: { ...named, name: "staging", body: { to: "production", variables: { since: "v1.0.0" } } },
  answer: {
    outcome: "changed",
    dryRun: false,
    environment: production,
    difference: {
      version: { before: "1.0.0", after: "1.1.0" },
      agents: [{ tenant: "acme", agentId: "docs-editor", before: "1.3.0", after: "1.4.0" }],
      fields: [
        { path: "$.version", before: "1.0.0", after: "1.1.0" },
        { path: '$.agents["acme/docs-editor"]', before: "1.3.0", after: "1.4.0" },
      ],
      plan: {
        equivalent: false,
        changes: [
          {
            kind: "agent_range_changed",
            name: "acme/docs-editor",
            before: "1.3.0",
            after: "1.4.0",
            affectsExecution: true,
            sentence: "`1.4.0` of `acme/docs-editor` counts now, and `1.3.0` did before",
          },
        ],
        order: { changed: false, parallel: [], sequential: [], untold: 0 },
        agents: { added: [], removed: [] },
      },
    },
    lock: { digest: "sha256:c4e0bc86fb5e39fb0e4d48fdc99ce83c62f3704403c307466d52631336c667bd", kept: false },
    warnings: [],
  },
};
