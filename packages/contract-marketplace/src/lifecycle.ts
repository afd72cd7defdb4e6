import {
  dryRunQuery,
  Finding,
  namesSuccessorRightly,
  ResourceId,
  SemVer,
  statusOutcome,
  successorOnlyIfDeprecated,
  TenantId,
} from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";
import { TemplateImpact } from "./impact.ts";
import * as examples from "./lifecycle-examples.ts";
import {
  statusReason as reason,
  TemplateStatus,
  TemplateSummary,
  TemplateVersionSummary,
  templateParams,
} from "./template.ts";

export const setTemplateStatus = defineOperation({
  id: "setTemplateStatus",
  method: "POST",
  path: "/api/templates/{templateId}/status",
  tag: "Lifecycle",
  summary: "Deprecate, disable or revive a template",
  description:
    "Any status can follow any other, so that disabling and taking it back are one call each. A deprecated template is still listed, and says why and what to use instead. A disabled template is there for its own tenant only, and a disabled prompt is not in the builder. The same status with another reason or successor amends it.",
  access: { scope: "templates:admin" },
  namesTemplates: true,
  params: templateParams,
  query: z.object(dryRunQuery),
  body: z
    .object({
      status: TemplateStatus,
      reason,
      successor: z
        .object({ templateId: ResourceId, tenant: TenantId.optional().meta({ description: "Default: your tenant" }) })
        .optional()
        .meta({ description: "What to use instead: a template that everyone who reads this one may read" }),
    })
    .refine(namesSuccessorRightly, successorOnlyIfDeprecated),
  idempotent: true,
  ifMatch: true,
  success: {
    200: z.object({
      outcome: statusOutcome,
      dryRun: z.boolean(),
      template: TemplateSummary,
      impact: TemplateImpact,
    }),
  },
  example: examples.setTemplateStatus,
  errors: ["template_not_found", "successor_refused"],
});

export const setTemplateVersionStatus = defineOperation({
  id: "setTemplateVersionStatus",
  method: "POST",
  path: "/api/templates/{templateId}/versions/{version}/status",
  tag: "Lifecycle",
  summary: "Release, deprecate, archive or revive a version of a template",
  description:
    "A draft can become active, which releases it: the current version moves as by a publish, and dependencies and tests are held against the tenant's settings as there. An active version can be deprecated or archived, a deprecated one made active or archived, an archived one made active. The current version and a successor cannot be archived.",
  access: { scope: "templates:admin" },
  namesTemplates: true,
  params: templateParams.extend({ version: SemVer }),
  body: z
    .object({
      status: z.enum(["active", "deprecated", "archived"]),
      reason,
      successor: SemVer.optional().meta({ description: "The version of the same template to use instead" }),
    })
    .refine(namesSuccessorRightly, successorOnlyIfDeprecated),
  idempotent: true,
  ifMatch: true,
  success: {
    200: z.object({
      outcome: statusOutcome,
      template: TemplateSummary,
      version: TemplateVersionSummary,
      warnings: z.array(Finding).optional().meta({
        description: "About the dependencies and tests of a draft that was released; absent if there are none",
      }),
    }),
  },
  example: examples.setTemplateVersionStatus,
  errors: [
    "template_not_found",
    "version_not_found",
    "status_transition_refused",
    "version_in_use",
    "successor_refused",
    "dependencies_unsatisfiable",
    "dependencies_too_complex",
    "tests_failed",
    "dependency_unavailable",
  ],
});
