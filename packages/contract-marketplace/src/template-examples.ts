import type { Example } from "@nofx/contract-kit";
import { templateUsage } from "./analytics-examples.ts";
import { totals } from "./rating-examples.ts";

/** The worked examples of the reference: one template, one tenant, one story. A test proves that each fits its operation. */

const at = "2026-11-22T09:30:00.000Z";
const digest = "sha256:a3957c4d59d95d11581c6719209f22f1227338c992d10f834b805fef7b0c7c70";
export const templateId = "release-notes";

const steps = {
  path: "versions/1.1.0.json",
  content:
    '{"steps":[{"id":"collect","agentId":"change-collector","inputs":{"since":"{{ since }}"}},{"id":"write","agentId":"docs-editor","dependsOn":["collect"],"inputs":{"document":"{{ steps.collect.outputs.changes }}"}}]}\n',
};

const manifest = {
  templateId,
  name: "Release Notes",
  version: "1.1.0",
  description: "From merged changes to notes that customers read.",
  tags: ["release", "writing"],
  category: "engineering-release",
  metadata: { agents: ["change-collector", "docs-editor"], owner: "developer-experience", license: "Apache-2.0" },
  content: {
    kind: "workflow",
    goal: "Every change that a customer notices is told once, in words that they use.",
    variables: { since: { type: "string", required: true, description: "Tag of the release before." } },
    dependencies: { agents: { "change-collector": "^1.0.0", "docs-editor": "^1.0.0" } },
    versionFile: steps.path,
  },
};

const ran = { passed: 8, failed: 0 };
const tests = { ...ran, testedAt: at };
const lock = { digest: "sha256:59d175a3afa058723d089aeb5dc26b8fb1c97f12e923946c773cce11c6f68962" };

/** The template as lists show it. */
export const template = {
  id: "0b54b9a2-6c1c-4d0c-9d0e-4c7b7f3f8a12",
  tenant: "acme",
  templateId,
  kind: "workflow",
  name: manifest.name,
  description: manifest.description,
  status: "active",
  visibility: "public",
  currentVersion: "1.1.0",
  category: manifest.category,
  tags: manifest.tags,
  license: "Apache-2.0",
  owner: "developer-experience",
  agents: manifest.metadata.agents,
  ratingCount: 0,
  tests,
  popularityScore: 0,
  updatedAt: at,
  publishedAt: at,
};

const rated = { ...template, ratingAverage: totals.average, ratingCount: totals.count, popularityScore: 138 };

/** Its current version. */
export const version = {
  id: "c1b7d7f0-8f0e-4a3a-9a53-0c8f0f6e2d23",
  version: "1.1.0",
  status: "active",
  digest,
  checksum: digest,
  publishedAt: at,
  publishedBy: "token:5e0f7f0e-0c1d-4a65-9a3b-6f6a5f2f9b10",
  tests,
};

const earlier = {
  ...version,
  id: "c1b7d7f0-8f0e-4a3a-9a53-0c8f0f6e2d24",
  version: "1.0.0",
  publishedAt: "2026-06-01T08:00:00.000Z",
};

const detail = {
  ...rated,
  versions: [version],
  rating: { ...totals, byVersion: [{ version: "1.1.0", average: totals.average, count: totals.count }] },
  analytics: templateUsage,
  metadata: manifest.metadata,
  ownerId: version.publishedBy,
  createdAt: "2026-06-01T08:00:00.000Z",
  forkCount: 1,
};
const warnings: never[] = [];

export const listTemplates: Example = {
  arguments: {
    category: ["engineering", "operations"],
    tag: ["release"],
    search: "notes",
    facets: "category,kind",
    limit: 1,
  },
  answer: {
    templates: [rated],
    nextCursor: "WyJ0ZW1wbGF0ZXMiLHt9XQ",
    total: 2,
    facets: {
      category: [
        { value: "engineering", count: 2 },
        { value: "engineering-release", count: 1 },
        { value: "marketing", count: 1 },
      ],
      kind: [{ value: "workflow", count: 2 }],
    },
  },
};
export const getTemplate: Example = { arguments: { templateId, tenant: "acme" }, answer: { template: detail } };
export const listTemplateVersions: Example = { arguments: { templateId, limit: 1 }, answer: { versions: [version] } };
export const getTemplateVersion: Example = {
  arguments: { templateId, version: "1.1.0" },
  answer: {
    ...manifest,
    files: [
      {
        path: steps.path,
        size: 214,
        digest: "sha256:59d175a3afa058723d089aeb5dc26b8fb1c97f12e923946c773cce11c6f68962",
      },
    ],
  },
};
export const getTemplateFile: Example = { arguments: { templateId, version: "1.1.0", path: steps.path } };
export const publishTemplate: Example = {
  arguments: { visibility: "public", body: { ...manifest, files: [steps] } },
  answer: { outcome: "identical", dryRun: false, template, version, warnings },
  also: { 201: { outcome: "created", dryRun: false, template, version, warnings, lock, tests: ran } },
};
export const validateTemplate: Example = {
  arguments: { body: { ...manifest, files: [] } },
  answer: {
    valid: false,
    errors: [
      {
        path: "$.content.versionFile",
        field: "content.versionFile",
        message: 'No file "versions/1.1.0.json" is published with it',
        code: "version_file_missing",
        severity: "error",
      },
    ],
    warnings,
  },
};
export const rollbackTemplate: Example = {
  arguments: {
    templateId,
    body: { targetVersion: "1.0.0", reason: "The notes of 1.1.0 leave out security fixes." },
  },
  answer: {
    template: { ...detail, currentVersion: "1.0.0", versions: [version, earlier] },
    from: "1.1.0",
    to: "1.0.0",
    dryRun: false,
    impact: {
      fields: [{ path: "$.currentVersion", before: "1.1.0", after: "1.0.0" }],
      versionsAbove: [{ version: "1.1.0", status: "active" }],
      dependents: [],
      dependentsTruncated: false,
    },
  },
};
