import { FieldChange, ResourceId, SemVer, TenantId, VersionStatus } from "@nofx/contract-kit";
import { z } from "zod";
import { TemplateStatus } from "./template.ts";

/** How many dependents, and how many versions, an impact names at most. */
export const templateImpactMax = 100;

/** A template whose current version declares that it depends on another one. */
export const TemplateDependent = z
  .object({
    tenant: TenantId,
    templateId: ResourceId,
    version: SemVer.meta({ description: "The dependent's current version, which declares the dependency" }),
    status: TemplateStatus,
    range: z.string().meta({ description: "The range it declares" }),
    satisfied: z.boolean().meta({
      description: "Whether the current version satisfies the range afterwards; false if the template is disabled then",
    }),
  })
  .meta({ id: "TemplateDependent" });
export type TemplateDependent = z.infer<typeof TemplateDependent>;

/** Whom and what a change of a template concerns. */
export const TemplateImpact = z
  .object({
    fields: z.array(FieldChange).meta({ description: "What changes in the template, before and after" }),
    versionsAbove: z.array(z.object({ version: SemVer, status: VersionStatus })).meta({
      description:
        "Versions above the one that is current afterwards, drafts left out, highest first, at most 100. Archive them if nobody should use them",
    }),
    dependents: z
      .array(TemplateDependent)
      .meta({ description: "Templates that you may see and that depend on it, at most 100" }),
    dependentsTruncated: z.boolean().meta({ description: "true: there are more dependents than these" }),
  })
  .meta({ id: "TemplateImpact" });
export type TemplateImpact = z.infer<typeof TemplateImpact>;
