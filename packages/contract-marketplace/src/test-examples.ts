import type { Example } from "@nofx/contract-kit";

const report = {
  passed: 1,
  failed: 1,
  cases: [
    {
      name: "tells what was merged",
      kind: "declared",
      environment: "production",
      resolution: "lowest",
      passed: false,
      failures: [{ path: "$.steps[0].inputs.since", message: "there is nothing" }],
    },
    {
      name: "tells what was merged",
      kind: "declared",
      environment: "production",
      resolution: "highest",
      passed: true,
      failures: [],
      snapshot: "sha256:59d175a3afa058723d089aeb5dc26b8fb1c97f12e923946c773cce11c6f68962",
    },
  ],
};
const stored = {
  report,
  testedAt: "2026-11-23T08:00:00.000Z",
  testedBy: "token:7c1e2f3a-0c1d-4a65-9a3b-6f6a5f2f9b11",
};
const manifest = {
  templateId: "release-notes",
  name: "Release Notes",
  version: "1.1.0",
  content: {
    kind: "workflow",
    variables: { since: { type: "string", required: true } },
    steps: [{ id: "collect", agentId: "change-collector", inputs: { since: "{{ since }}" } }],
    tests: [{ name: "tells what was merged", variables: { since: "v1.0.0" } }],
  },
};

export const testTemplate: Example = { arguments: { body: manifest }, answer: { report } };

export const testTemplateVersion: Example = {
  arguments: { templateId: "release-notes", version: "1.1.0" },
  answer: stored,
};

export const getTemplateTestReport: Example = {
  arguments: { templateId: "release-notes", version: "1.1.0", tenant: "acme" },
  answer: stored,
};
