import type { Example } from "@nofx/contract-kit";

/** The worked example of the reference: what the story's second version does that its first did not. */
export const comparison: Example = {
  arguments: { templateId: "release-notes", from: "1.0.0", to: "1.1.0", tenant: "acme" },
  answer: {
    templateId: "release-notes",
    from: "1.0.0",
    to: "1.1.0",
    bump: "minor",
    differences: [
      {
        path: "$.version",
        before: "1.0.0",
        after: "1.1.0",
        severity: "patch",
        reason: "The version number is another one",
      },
      {
        path: "$.content.dependencies.agents['docs-editor']",
        after: "^1.0.0",
        severity: "minor",
        reason: "Dependency on agent `docs-editor` is new",
      },
    ],
    plan: {
      equivalent: false,
      changes: [
        {
          kind: "step_renamed",
          step: "collect",
          before: "gather",
          after: "collect",
          affectsExecution: false,
          sentence: "Step `gather` is called `collect` now, and does the same",
        },
        {
          kind: "step_replaced",
          step: "write",
          before: "change-collector",
          after: "docs-editor",
          affectsExecution: true,
          sentence: "`docs-editor` does `write` now, instead of `change-collector`",
        },
      ],
      order: { changed: false, parallel: [], sequential: [], untold: 0 },
      agents: { added: ["docs-editor"], removed: [] },
    },
  },
};
