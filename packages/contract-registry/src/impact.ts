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

/** Whom and what a change of an agent concerns. */
export const Impact = z
  .object({
    fields: z.array(FieldChange).meta({ description: "What changes in the agent, before and after" }),
    versionsAbove: z.array(z.object({ version: SemVer, status: VersionStatus })).meta({
      description:
        "Versions above the one that is current afterwards, drafts left out, highest first, at most 100. Ranges still resolve to the active ones; archive them to prevent that",
    }),
    channels: z.array(Channel).meta({ description: "Channels other than `latest`; they stay where they point" }),
    dependents: z.array(Dependent).meta({ description: "Agents that you may see and that depend on it, at most 100" }),
    dependentsTruncated: z.boolean().meta({ description: "true: there are more dependents than these" }),
  })
  .meta({ id: "Impact" });
export type Impact = z.infer<typeof Impact>;
