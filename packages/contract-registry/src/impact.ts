import { FieldChange, ResourceId, SemVer, TenantId, VersionStatus } from "@nofx/contract-kit";
import { z } from "zod";
import { AgentStatus } from "./agent.ts";
import { Channel } from "./channel.ts";

/** How many dependents, and how many versions, an impact names at most. */
export const impactListMax = 100;

/** An agent whose current version declares that it depends on another one. */
export const Dependent = z
  .object({
    tenant: TenantId,
    agentId: ResourceId,
    version: SemVer.meta({ description: "The dependent's current version, which declares the dependency" }),
    status: AgentStatus,
    range: z.string().meta({ description: "The range it declares" }),
    satisfied: z.boolean().meta({
      description: "Whether the current version satisfies the range afterwards; false if the agent is disabled then",
    }),
  })
  .meta({ id: "Dependent" });
export type Dependent = z.infer<typeof Dependent>;

/** A version of a template whose kept lock holds an agent. */
export const LockingTemplate = z
  .object({
    tenant: TenantId,
    templateId: ResourceId,
    version: SemVer,
    environment: z.string().optional().meta({ description: "The environment that the lock is for; absent: for none" }),
    locked: SemVer.meta({ description: "The agent's version that the lock holds" }),
  })
  .meta({ id: "LockingTemplate" });
export type LockingTemplate = z.infer<typeof LockingTemplate>;

/** The templates that a change of an agent concerns, as the template marketplace tells the caller. */
export const TemplateImpact = z
  .object({
    status: z.enum(["known", "unavailable", "not_configured", "not_asked"]).meta({
      description:
        "`known`: these are all that you may see, up to `truncated`; `unavailable`: the marketplace did not answer in time, or not to your token, and there may be templates; `not_configured`: this registry knows no marketplace; `not_asked`: nothing is taken away from any template",
    }),
    dependents: z.array(LockingTemplate).meta({
      description: "Templates that you may see and whose kept locks hold what changes, at most 100",
    }),
    truncated: z.boolean().meta({ description: "true: there are more than these" }),
  })
  .meta({ id: "TemplateImpact" });
export type TemplateImpact = z.infer<typeof TemplateImpact>;

/** Whom and what a change of an agent concerns. */
export const Impact = z
  .object({
    fields: z.array(FieldChange).meta({
      description: "What changes in the agent, before and after; of one version under `$.versions[?@.version==…]`",
    }),
    versionsAbove: z.array(z.object({ version: SemVer, status: VersionStatus })).meta({
      description:
        "Versions above the one that is current afterwards, drafts left out, highest first, at most 100. Ranges still resolve to the active ones; archive them to prevent that",
    }),
    channels: z.array(Channel).meta({ description: "Channels other than `latest`; they stay where they point" }),
    dependents: z.array(Dependent).meta({ description: "Agents that you may see and that depend on it, at most 100" }),
    dependentsTruncated: z.boolean().meta({ description: "true: there are more dependents than these" }),
    templates: TemplateImpact.meta({
      description:
        "Templates that lock what changes: any version if it is the agent, that version if it is one, the version that is left by a rollback",
    }),
  })
  .meta({ id: "Impact" });
export type Impact = z.infer<typeof Impact>;
