import { Bump, Difference, ResourceId, SemVer, TenantId } from "@nofx/contract-kit";
import { z } from "zod";
import { comparison } from "./comparison-examples.ts";
import { defineOperation } from "./errors.ts";
import { PlanDifference } from "./plan-difference.ts";
import { readTemplates, templateParams, templateTenantQuery } from "./template.ts";

export const diffTemplateVersions = defineOperation({
  id: "diffTemplateVersions",
  method: "GET",
  path: "/api/templates/{templateId}/diff",
  tag: "Templates",
  summary: "Compare two versions of a template, or of two templates",
  description:
    "Every difference between two published documents, with what it means for those who rely on the template, the bump that all of them together demand, and what is carried out otherwise, step by step. The later version may be one of another template that you may read, such as a fork: name it with `withTenant` and `withTemplate`; its id is then no difference. As text/plain or text/x-diff: a unified diff of the documents and of the text files that differ; the file of the steps is shown pretty-printed.",
  access: readTemplates,
  params: templateParams,
  query: z.object({
    from: SemVer.meta({ description: "The version that counts as the earlier one" }),
    to: SemVer.meta({ description: "The version that counts as the later one" }),
    ...templateTenantQuery,
    withTenant: TenantId.optional().meta({
      description: "Whose template `to` is a version of, if it is another one; default: your own tenant",
    }),
    withTemplate: ResourceId.optional().meta({
      description: "The template that `to` is a version of, if it is another one; default: the same id",
    }),
  }),
  success: {
    200: z.object({
      templateId: ResourceId,
      from: SemVer,
      to: SemVer,
      with: z
        .object({ tenant: TenantId, templateId: ResourceId })
        .optional()
        .meta({ description: "The template that `to` is a version of, if it is another one" }),
      bump: Bump.meta({ description: "What a version number has to say about the step from `from` to `to`" }),
      differences: z.array(Difference),
      plan: PlanDifference,
    }),
  },
  alternatives: {
    "text/plain": "Unified diff of the documents and of the text files that differ",
    "text/x-diff": "The same, for programs that tell diffs by their media type",
  },
  example: comparison,
  errors: ["template_not_found", "version_not_found"],
});
