import type { Example } from "@nofx/contract-kit";
import { newTemplate, template } from "./examples.ts";

export const bulkTemplates = {
  arguments: {
    dryRun: "false",
    body: {
      operations: [
        { op: "tag", templateId: "release-notes", add: ["changelog"] },
        { op: "update", templateId: "release-notes", changes: { description: "Notes that customers read." } },
        {
          op: "deprecate",
          templateId: "launch-week",
          reason: "Superseded",
          successor: { templateId: "release-train" },
        },
      ],
    },
  },
  answer: {
    dryRun: false,
    atomic: false,
    applied: true,
    summary: { succeeded: 2, failed: 1, skipped: 0 },
    results: [
      { index: 0, op: "tag", templateId: "release-notes", status: 201, outcome: "created", version: "1.1.1" },
      { index: 1, op: "update", templateId: "release-notes", status: 201, outcome: "created", version: "1.1.2" },
      {
        index: 2,
        op: "deprecate",
        templateId: "launch-week",
        status: 404,
        outcome: "failed",
        problem: {
          code: "template_not_found",
          title: "No such template",
          detail:
            "The template does not exist in that tenant, or is not visible to you. Another tenant's public template is addressed with `?tenant=`.",
        },
      },
    ],
  },
} satisfies Example;

export const bulkBuilderTemplates = {
  arguments: {
    body: {
      atomic: true,
      operations: [
        { op: "create", template: newTemplate },
        { op: "deploy", id: template.id, environment: "production", channel: "slack", enabled: true },
      ],
    },
  },
  answer: {
    dryRun: false,
    atomic: true,
    applied: true,
    summary: { succeeded: 2, failed: 0, skipped: 0 },
    results: [
      {
        index: 0,
        op: "create",
        templateId: "tmpl_0199f3a2-7b1c-4d5e-8f00-3c2a1b4d5e71",
        status: 201,
        outcome: "created",
        version: "1.0.0",
      },
      { index: 1, op: "deploy", templateId: template.id, status: 200, outcome: "changed", version: "1.0.0" },
    ],
  },
} satisfies Example;
