import type { Example } from "@nofx/contract-kit";

const version = "1.1.0";
const templateId = "release-notes";
const by = `template acme/${templateId} ${version}`;
const digest = "sha256:59d175a3afa058723d089aeb5dc26b8fb1c97f12e923946c773cce11c6f68962";
const stored = {
  lock: {
    lockVersion: 1,
    strategy: "highest",
    agents: {
      "acme/docs-editor": { version: "1.4.0", digest, requestedBy: [{ by, range: "^1.0.0" }] },
    },
    templates: {},
  },
  digest: "sha256:c4e0bc86fb5e39fb0e4d48fdc99ce83c62f3704403c307466d52631336c667bd",
  lockedAt: "2026-11-23T08:00:00.000Z",
  lockedBy: "token:7c1e2f3a-0c1d-4a65-9a3b-6f6a5f2f9b11",
};

export const lockTemplateVersion: Example = {
  arguments: { templateId, version, body: {} },
  answer: { outcome: "created", lock: stored, warnings: [] },
};

export const getTemplateVersionLock: Example = {
  arguments: { templateId, version, tenant: "acme" },
  answer: stored,
};

export const listOutdatedDependencies: Example = {
  arguments: { templateId, version, tenant: "acme" },
  answer: {
    digest: stored.digest,
    lockedAt: stored.lockedAt,
    entries: [
      {
        kind: "agent",
        tenant: "acme",
        id: "docs-editor",
        locked: "1.4.0",
        wanted: "1.5.2",
        latest: "2.0.0",
        deprecated: false,
      },
    ],
  },
};

export const listAgentDependents: Example = {
  arguments: { agent: "docs-editor", tenant: "acme", limit: 1 },
  answer: {
    dependents: [{ tenant: "acme", templateId, version, locked: "1.4.0" }],
    nextCursor: "WyJhZ2VudCBkZXBlbmRlbnRzIix7fV0",
  },
};
