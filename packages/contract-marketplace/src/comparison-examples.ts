import type { Example } from "@nofx/contract-kit";

/** The worked example of the reference: what the story's second version does that its first did not. A test proves it. */
export const comparison: Example = {
  arguments: { templateId: "release-notes", from: "1.0.0", to: "1.1.0", tenant: "acme" },
  answer: {
    templateId: "release-notes",
    from: "1.0.0",
    to: "1.1.0",
    bump: "minor",
    differences: [
      {
        path: '$.content.dependencies.agents["docs-editor"]',
        severity: "minor",
        reason: "Dependency on agent `docs-editor` is new",
        after: "^1.0.0",
      },
      {
        path: "$.content.versionFile",
        severity: "patch",
        reason: "The steps are in another file",
        before: "versions/1.0.0.json",
        after: "versions/1.1.0.json",
      },
      {
        path: "$.content.steps[?@.id=='write']",
        severity: "minor",
        reason: "Step `write` is new",
        after: {
          id: "write",
          agentId: "docs-editor",
          dependsOn: ["collect"],
          inputs: {
            document: "{{ steps.collect.outputs.changes }}",
          },
        },
      },
      {
        path: "$.files[?@.path=='versions/1.0.0.json']",
        severity: "patch",
        reason: "File `versions/1.0.0.json` is removed",
        before: {
          digest: "sha256:2cff9c739c671691203a7161ae9de518570e5a0639e28881e8421b760616e63e",
          path: "versions/1.0.0.json",
          size: 90,
        },
      },
      {
        path: "$.files[?@.path=='versions/1.1.0.json']",
        severity: "patch",
        reason: "File `versions/1.1.0.json` is new",
        after: {
          digest: "sha256:59d175a3afa058723d089aeb5dc26b8fb1c97f12e923946c773cce11c6f68962",
          path: "versions/1.1.0.json",
          size: 214,
        },
      },
      {
        path: "$.version",
        severity: "patch",
        reason: "The version number is another one",
        before: "1.0.0",
        after: "1.1.0",
      },
    ],
    plan: {
      equivalent: false,
      changes: [
        {
          kind: "step_added",
          affectsExecution: true,
          sentence: "Step `write` is new: `docs-editor` does it",
          step: "write",
          after: {
            id: "write",
            agentId: "docs-editor",
            inputs: {
              document: "{{ steps.collect.outputs.changes }}",
            },
            dependsOn: ["collect"],
            settings: {},
          },
        },
        {
          kind: "agent_range_changed",
          affectsExecution: true,
          sentence: "`^1.0.0` of `docs-editor` counts now, and any version did before",
          name: "docs-editor",
          after: "^1.0.0",
        },
      ],
      order: {
        changed: false,
        parallel: [],
        sequential: [],
        untold: 0,
      },
      agents: {
        added: ["docs-editor"],
        removed: [],
      },
    },
  },
};
