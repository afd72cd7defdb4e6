import type { Example } from "@nofx/contract-kit";

const by = "template acme/release-notes 1.1.0";
const editor = {
  version: "1.4.0",
  digest: "sha256:59d175a3afa058723d089aeb5dc26b8fb1c97f12e923946c773cce11c6f68962",
  requestedBy: [
    { by: "environment production", range: "<1.5" },
    { by, range: "^1.0.0" },
  ],
};
const collector = {
  version: "1.0.0",
  digest: "sha256:c4e0bc86fb5e39fb0e4d48fdc99ce83c62f3704403c307466d52631336c667bd",
  requestedBy: [{ by, range: "^1.0.0" }],
};
const lock = {
  lockVersion: 1,
  strategy: "highest",
  agents: { "acme/change-collector": collector, "acme/docs-editor": editor },
  templates: {},
};
const lockDigest = "sha256:f7a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f";

export const resolveTemplate: Example = {
  arguments: { templateId: "release-notes", tenant: "acme", body: { environment: "production" } },
  answer: {
    version: "1.1.0",
    lock,
    digest: lockDigest,
    warnings: [
      {
        path: '$.lock.agents["acme/docs-editor"]',
        code: "deprecated",
        message: "agent acme/docs-editor 1.4.0 is deprecated",
      },
    ],
  },
};

export const renderTemplate: Example = {
  arguments: {
    templateId: "release-notes",
    tenant: "acme",
    body: { environment: "production", variables: { since: "v1.0.0" } },
  },
  answer: {
    plan: {
      template: { tenant: "acme", templateId: "release-notes", version: "1.1.0", digest: collector.digest },
      kind: "workflow",
      environment: "production",
      channels: {},
      resources: {},
      goal: "Every change that a customer notices is told once.",
      steps: [
        {
          id: "collect",
          agent: { tenant: "acme", agentId: "change-collector", version: "1.0.0", digest: collector.digest },
          dependsOn: [],
          inputs: { since: "v1.0.0" },
        },
        {
          id: "write",
          agent: { tenant: "acme", agentId: "docs-editor", version: "1.4.0", digest: editor.digest },
          dependsOn: ["collect"],
          inputs: { document: "{{ steps.collect.outputs.changes }}" },
        },
      ],
      variables: { since: "v1.0.0" },
    },
    planDigest: "sha256:0b1c2d3e4f5061728394a5b6c7d8e9f00b1c2d3e4f5061728394a5b6c7d8e9f0",
    lock: { digest: lockDigest, from: "stored" },
    warnings: [],
  },
};
