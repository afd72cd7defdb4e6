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
        after: "^1.0.0",
        severity: "minor",
        reason: "Dependency on agent `docs-editor` is new",
      },
      {
        path: "$.content.versionFile",
        before: "versions/1.0.0.json",
        after: "versions/1.1.0.json",
        severity: "patch",
        reason: "The steps are in another file",
      },
      {
        path: "$.content.steps[?@.id=='write'].agentId",
        before: "change-collector",
        after: "docs-editor",
        severity: "minor",
        reason: "Step `write` does something else",
      },
      {
        path: "$.files[?@.path=='versions/1.0.0.json']",
        before: {
          path: "versions/1.0.0.json",
          size: 218,
          digest: "sha256:c4e0bc86fb5e39fb0e4d48fdc99ce83c62f3704403c307466d52631336c667bd",
        },
        severity: "patch",
        reason: "File `versions/1.0.0.json` is removed",
      },
      {
        path: "$.files[?@.path=='versions/1.1.0.json']",
        after: {
          path: "versions/1.1.0.json",
          size: 214,
          digest: "sha256:59d175a3afa058723d089aeb5dc26b8fb1c97f12e923946c773cce11c6f68962",
        },
        severity: "patch",
        reason: "File `versions/1.1.0.json` is new",
      },
      {
        path: "$.version",
        before: "1.0.0",
        after: "1.1.0",
        severity: "patch",
        reason: "The version number is another one",
      },
    ],
    plan: {
      equivalent: false,
      changes: [
        {
          kind: "step_replaced",
          step: "write",
          before: "change-collector",
          after: "docs-editor",
          affectsExecution: true,
          sentence: "`docs-editor` does `write` now, instead of `change-collector`",
        },
        {
          kind: "agent_range_changed",
          name: "docs-editor",
          after: "^1.0.0",
          affectsExecution: true,
          sentence: "`^1.0.0` of `docs-editor` counts now, and any version did before",
        },
      ],
      order: { changed: false, parallel: [], sequential: [], untold: 0 },
      agents: { added: ["docs-editor"], removed: [] },
    },
  },
};
