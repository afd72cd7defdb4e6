import type { Example } from "@nofx/contract-kit";

/** The worked examples of the reference: one agent, one tenant, one story. A test proves that each fits its operation. */

const at = "2026-11-22T09:30:00.000Z";
const token = "token:5e0f7f0e-0c1d-4a65-9a3b-6f6a5f2f9b10";
const digest = "sha256:68a3ec5a43647370286eb9cb52468d0379001d0fe16907b2348f1bc1e5bb8114";
const prompt = {
  path: "prompts/system.md",
  content: "You review code. Name defects first, with file and line.\n",
};
const changeId = "0199f3a2-7b1c-7d5e-8f00-3c2a1b4d5e6f";
const capabilities = [{ id: "review-diff", label: "Review a diff" }];
const metadata = { owner: "developer-experience", source: "agents/code-review" };

const manifest = {
  agentId: "code-review",
  name: "Code Review",
  version: "2.0.0",
  description: "Reviews a pull request for defects that would hurt in production.",
  capabilities,
  tags: ["engineering", "review"],
  metadata,
  manifest: { entryPrompt: prompt.path, model: "claude-sonnet-4-5", capabilities: ["review-diff"] },
};

const summary = {
  id: "0b54b9a2-6c1c-4d0c-9d0e-4c7b7f3f8a11",
  tenant: "acme",
  agentId: "code-review",
  name: manifest.name,
  description: manifest.description,
  status: "active",
  visibility: "public",
  currentVersion: "2.0.0",
  capabilities,
  tags: manifest.tags,
  updatedAt: at,
};

const version = {
  id: "c1b7d7f0-8f0e-4a3a-9a53-0c8f0f6e2d22",
  version: "2.0.0",
  status: "active",
  digest,
  checksum: digest,
  publishedAt: at,
  publishedBy: "github:acme/agents@refs/heads/main#run/123",
  sourceCommit: "9f2c1b7de0a84a6f1c3d5e7f90a1b2c3d4e5f607",
};

const channels = [{ channel: "latest", version: "2.0.0", updatedAt: at }];
const detail = {
  ...summary,
  versions: [version],
  channels,
  metadata,
  ownerId: token,
  createdAt: "2026-06-01T08:00:00.000Z",
};
const agentId = "code-review";

export const getAgent: Example = { arguments: { agentId }, answer: { agent: detail } };
export const listAgentVersions: Example = { arguments: { agentId, limit: 1 }, answer: { versions: [version] } };
export const getAgentVersion: Example = {
  arguments: { agentId, version: "2.0.0" },
  answer: {
    ...manifest,
    files: [
      {
        path: prompt.path,
        size: 57,
        digest: "sha256:b67611ac0d6f8de62e662d54eef4faab3056ecdb8bd6f52f74f268c39249f849",
      },
    ],
  },
};
export const getAgentFile: Example = { arguments: { agentId, version: "2.0.0", path: prompt.path, tenant: "acme" } };
export const publishAgent: Example = {
  arguments: { visibility: "public", body: { ...manifest, files: [prompt] } },
  answer: { outcome: "identical", dryRun: false, agent: summary, version, warnings: [] },
  also: { 201: { outcome: "created", dryRun: false, agent: summary, version, warnings: [] } },
};
export const validateAgent: Example = {
  arguments: {
    body: {
      ...manifest,
      manifest: { ...manifest.manifest, entryPrompt: "prompts/sytem.md", temperature: 1 },
      files: [prompt],
    },
  },
  answer: {
    valid: false,
    errors: [
      {
        path: "$.manifest.entryPrompt",
        field: "manifest.entryPrompt",
        message: 'No file "prompts/sytem.md" is published with it',
        code: "entry_not_published",
        severity: "error",
      },
    ],
    warnings: [
      {
        path: "$.manifest.temperature",
        field: "manifest.temperature",
        message: "Not a defined part of a manifest; kept as it is",
        code: "unknown_key",
        severity: "warning",
      },
    ],
  },
};
export const rollbackAgent: Example = {
  arguments: { agentId, body: { targetVersion: "1.1.0", reason: "2.0.0 misses defects in migrations" } },
  answer: {
    agent: { ...detail, currentVersion: "1.1.0" },
    from: "2.0.0",
    to: "1.1.0",
    dryRun: false,
    impact: {
      fields: [
        { path: "$.description", before: "Reviews pull requests and migrations", after: "Reviews pull requests" },
      ],
      versionsAbove: [{ version: "2.0.0", status: "active" }],
      channels: [],
      dependents: [],
      dependentsTruncated: false,
      templates: {
        status: "known",
        dependents: [{ tenant: "acme", templateId: "release-train", version: "2.0.0", locked: "2.0.0" }],
        truncated: false,
      },
    },
  },
};

const published = { resourceType: "agent", resourceId: agentId, version: "2.0.0" };
const correlationId = "9c0f3d5e7a1b4c2d8e6f0a1b2c3d4e5f";
const data = { digest, currentVersion: "2.0.0", visibility: "public" };
const action = "agent.version_published";
const entry = { ...published, id: "1841", at, actor: token, action, details: data, correlationId, changeId };

export const listAgentAudit: Example = { arguments: { agentId }, answer: { entries: [entry] } };

const apiToken = {
  id: "5e0f7f0e-0c1d-4a65-9a3b-6f6a5f2f9b10",
  tenant: "acme",
  name: "ci",
  kind: "member",
  scopes: ["agents:read", "agents:publish"],
  agents: [agentId],
  createdBy: token,
  createdAt: at,
  expiresAt: "2026-12-22T09:30:00.000Z",
};

export const createToken: Example = {
  arguments: { body: { name: "ci", scopes: apiToken.scopes, agents: [agentId], expiresInDays: 30 } },
  answer: { token: apiToken, secret: "nofx_…" },
};
export const listTokens: Example = { arguments: { limit: 25 }, answer: { tokens: [apiToken] } };
export const revokeToken: Example = {
  arguments: { tokenId: apiToken.id },
  answer: { token: { ...apiToken, revokedAt: "2026-11-23T16:05:00.000Z" } },
};
export const introspectToken: Example = {
  arguments: { body: { token: "nofx_…" } },
  answer: {
    active: true,
    tenant: "acme",
    sub: token,
    kind: "member",
    scope: "agents:read agents:publish",
    agents: [agentId],
    exp: 1797931800,
  },
};

export const getWhoami: Example = {
  arguments: {},
  answer: {
    kind: "member",
    tenant: "acme",
    subject: token,
    scopes: apiToken.scopes,
    agents: [agentId],
    expiresAt: apiToken.expiresAt,
  },
};

const tenant = { id: "acme", name: "Acme", createdAt: at };

export const createTenant: Example = { arguments: { body: { id: "acme", name: "Acme" } }, answer: { tenant } };
export const listTenants: Example = { arguments: { limit: 25 }, answer: { tenants: [tenant] } };
