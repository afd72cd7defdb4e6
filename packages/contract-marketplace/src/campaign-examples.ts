import type { Example } from "@nofx/contract-kit";

const campaignId = "0199f3a2-7b1c-4d5e-8f00-3c2a1b4d5e6f";
const at = "2026-11-23T08:00:00.000Z";
const by = "token:7c1e2f3a-0c1d-4a65-9a3b-6f6a5f2f9b11";
const agent = { tenant: "acme", agentId: "docs-editor" };

const states = { pending: 0, planned: 0, applied: 0, skipped: 0, failed: 0, stale: 0 };
const verdicts = { compatible: 0, breaking: 2, tests_failed: 0, unsatisfiable: 0, refused: 0 };

const campaign = {
  campaignId,
  agent,
  from: "^1.0.0",
  to: "2.0.0",
  status: "planned",
  counts: { templates: 2, states: { ...states, planned: 2 }, verdicts },
  createdAt: at,
  createdBy: by,
  updatedAt: at,
};
const running = {
  ...campaign,
  status: "running",
  counts: { ...campaign.counts, states: { ...states, applied: 1, planned: 1 } },
};

const plan = {
  action: "publish",
  verdict: "breaking",
  reasons: ["docs-editor goes from 1.4.0 to 2.0.0, which does not promise what 1.4.0 does"],
  version: "2.0.0",
  digest: "sha256:59d175a3afa058723d089aeb5dc26b8fb1c97f12e923946c773cce11c6f68962",
  bump: "major",
  agents: [{ locked: "1.4.0", bump: "major" }],
  ranges: [{ path: "$.content.dependencies.agents['docs-editor']", before: "^1.0.0", after: "^2.0.0" }],
  moves: [],
  plan: {
    equivalent: false,
    changes: [
      {
        kind: "agent_range_changed",
        name: "docs-editor",
        affectsExecution: true,
        sentence: "`^2.0.0` of `docs-editor` counts now, and `^1.0.0` did before",
      },
    ],
  },
  tests: { passed: 8, failed: 0, failing: [] },
};
const item = { templateId: "release-notes", fromVersion: "1.1.0", state: "planned", plan, updatedAt: at };
const applied = { ...item, state: "applied", result: { version: "2.0.0", at, by } };
const created = { dryRun: false, campaign, items: [item], leftOut: [] };

export const listOutdatedTemplates: Example = {
  arguments: { agent: agent.agentId, reason: "outdated", limit: 1 },
  answer: {
    templates: [
      {
        templateId: "release-notes",
        version: "1.1.0",
        entries: [{ agent, locked: "1.4.0", wanted: "1.5.2", latest: "2.0.0", reasons: ["outdated"] }],
      },
    ],
    nextCursor: "WyJvdXRkYXRlZCB0ZW1wbGF0ZXMiLHt9XQ",
  },
};

export const createUpgradeCampaign: Example = {
  arguments: { body: { agent: { agentId: agent.agentId }, from: "^1.0.0", to: "2.0.0" } },
  answer: { ...created, dryRun: true },
  also: { 201: created },
};

export const listUpgradeCampaigns: Example = {
  arguments: { agent: agent.agentId, limit: 1 },
  answer: { campaigns: [running], nextCursor: "WyJ1cGdyYWRlIGNhbXBhaWducyIse31d" },
};

export const getUpgradeCampaign: Example = { arguments: { campaignId }, answer: { campaign: running } };

export const listUpgradeCampaignItems: Example = {
  arguments: { campaignId, state: "applied" },
  answer: { items: [applied] },
};

export const applyUpgradeCampaign: Example = {
  arguments: { campaignId, body: { include: ["compatible", "breaking"], limit: 1 } },
  answer: {
    campaign: running,
    results: [{ templateId: "release-notes", state: "applied", version: "2.0.0" }],
    remaining: 1,
    stopped: "limit",
  },
};

export const replanUpgradeCampaign: Example = {
  arguments: { campaignId, body: {} },
  answer: { campaign: running, replanned: 0, remaining: 0 },
};

export const cancelUpgradeCampaign: Example = {
  arguments: { campaignId, body: { reason: "docs-editor 2.0.1 is about to come" } },
  answer: { outcome: "changed", campaign: { ...running, status: "cancelled" } },
};
