import type { Example } from "@nofx/contract-kit";

/** The worked examples of the reference: another tenant forks the story's template. A test proves that they are true. */

const at = "2026-11-23T08:00:00.000Z";
const source = {
  tenant: "acme",
  templateId: "release-notes",
  version: "1.1.0",
  digest: "sha256:a3957c4d59d95d11581c6719209f22f1227338c992d10f834b805fef7b0c7c70",
  forkedAt: at,
};

const summary = {
  id: "5d7f3a0e-2f0b-4d0c-9d0e-4c7b7f3f8a13",
  tenant: "globex",
  templateId: "our-release-notes",
  kind: "workflow",
  name: "Our Release Notes",
  description: "From merged changes to notes that customers read.",
  status: "active",
  visibility: "public",
  currentVersion: "1.0.0",
  category: "engineering-release",
  tags: ["release", "writing"],
  license: "Apache-2.0",
  owner: "developer-experience",
  agents: ["change-collector", "docs-editor"],
  ratingCount: 0,
  popularityScore: 0,
  updatedAt: at,
  publishedAt: at,
};

const digest = "sha256:cc65152937ccc5993ccc17e340368ace2f07cdd25443c8078a025f1f997546d6";
const version = {
  id: "c1b7d7f0-8f0e-4a3a-9a53-0c8f0f6e2d25",
  version: "1.0.0",
  status: "active",
  digest,
  checksum: digest,
  publishedAt: at,
  publishedBy: "token:7c1e2f3a-0c1d-4a65-9a3b-6f6a5f2f9b11",
};

const forked = {
  dryRun: false,
  template: {
    ...summary,
    versions: [version],
    metadata: { agents: summary.agents, owner: summary.owner, license: summary.license },
    ownerId: version.publishedBy,
    createdAt: at,
    forkedFrom: { ...source, latest: "1.1.0" },
    forkCount: 0,
    rating: { count: 0, histogram: { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0 }, byVersion: [] },
    analytics: { usageCount30d: 0, successCount30d: 0, failureCount30d: 0, successRate30d: 0 },
  },
  version,
  warnings: [],
};

export const forkTemplate: Example = {
  arguments: {
    templateId: source.templateId,
    tenant: source.tenant,
    body: { templateId: summary.templateId, name: summary.name, visibility: "public" },
  },
  answer: { ...forked, dryRun: true },
  also: { 201: forked },
};

export const listForks: Example = {
  arguments: { templateId: source.templateId, tenant: source.tenant, limit: 1 },
  answer: {
    forks: [{ template: summary, version: source.version, digest: source.digest, forkedAt: at }],
    nextCursor: "WyJ0ZW1wbGF0ZSBmb3JrcyIse31d",
  },
};
