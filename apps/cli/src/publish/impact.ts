import { FieldChange, ResourceId, SemVer, TenantId, VersionStatus } from "@nofx/contract-kit";
import type { TemplateImpact } from "@nofx/contract-marketplace";
import type { Impact } from "@nofx/contract-registry";
import { z } from "zod";

const Affected = z.object({
  kind: z.enum(["agent", "template"]),
  tenant: TenantId,
  id: ResourceId,
  version: SemVer,
  range: z.string().optional().meta({ description: "The range it declares" }),
  satisfied: z.boolean().optional().meta({ description: "Whether that range is satisfied afterwards" }),
  locked: SemVer.optional().meta({ description: "The version that a kept lock of it holds" }),
  environment: z.string().optional().meta({ description: "The environment that the lock is for" }),
});

/** Whom and what a change of an agent or a template concerns. */
export const ImpactTold = z.object({
  fields: z.array(FieldChange).meta({ description: "What changes in it" }),
  versionsAbove: z
    .array(z.object({ version: SemVer, status: VersionStatus }))
    .meta({ description: "Versions above the one that is current afterwards" }),
  channels: z
    .array(z.object({ channel: z.string(), version: SemVer }))
    .meta({ description: "Channels of an agent other than `latest`; they stay where they point" }),
  affected: z.array(Affected).meta({ description: "Who depends on it" }),
  truncated: z.boolean().meta({ description: "There are more than these" }),
  templates: z
    .enum(["known", "unavailable", "not_configured", "not_asked"])
    .optional()
    .meta({ description: "Whether the templates that lock an agent are known" }),
});
export type ImpactTold = z.infer<typeof ImpactTold>;

/** Of a change of an agent. */
export const agentImpact = (impact: Impact): ImpactTold => {
  const { fields, versionsAbove, channels, dependents, dependentsTruncated, templates } = impact;
  const agents = dependents.map(({ tenant, agentId, version, range, satisfied }) => ({
    ...{ kind: "agent" as const, tenant, id: agentId, version, range, satisfied },
  }));
  const locking = templates.dependents.map(({ templateId, ...rest }) => ({
    ...{ kind: "template" as const, id: templateId, ...rest },
  }));
  return {
    fields,
    versionsAbove,
    channels: channels.map(({ channel, version }) => ({ channel, version })),
    affected: [...agents, ...locking],
    truncated: dependentsTruncated || templates.truncated,
    templates: templates.status,
  };
};

/** Of a change of a template. */
export const templateImpact = (impact: TemplateImpact): ImpactTold => {
  const { fields, versionsAbove, dependents, dependentsTruncated } = impact;
  const affected = dependents.map(({ tenant, templateId, version, range, satisfied }) => ({
    ...{ kind: "template" as const, tenant, id: templateId, version, range, satisfied },
  }));
  return { fields, versionsAbove, channels: [], affected, truncated: dependentsTruncated };
};
