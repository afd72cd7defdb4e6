import {
  Digest,
  Finding,
  ResourceId,
  SemVer,
  statusFields,
  TenantId,
  Timestamp,
  VersionChange,
  VersionStatus,
  Visibility,
} from "@nofx/contract-kit";
import { z } from "zod";
import { Channel } from "./channel.ts";
import { Capability, Tag } from "./manifest.ts";

export const AgentStatus = z
  .enum(["active", "deprecated", "disabled"])
  .meta({ id: "AgentStatus", description: "`disabled`: hidden from lists, readable by its own tenant" });

/** An agent as lists show it: the state of its current version. */
export const AgentSummary = z
  .object({
    id: z.uuid().meta({ description: "Stable key" }),
    tenant: TenantId,
    agentId: ResourceId,
    name: z.string(),
    description: z.string().optional(),
    status: AgentStatus,
    ...statusFields,
    successor: z
      .object({ tenant: TenantId, agentId: ResourceId })
      .optional()
      .meta({ description: "What to use instead" }),
    visibility: Visibility,
    currentVersion: SemVer,
    capabilities: z.array(Capability),
    tags: z.array(Tag),
    updatedAt: Timestamp,
    owner: z.string().optional().meta({ description: "`metadata.owner`" }),
    model: z.string().optional().meta({ description: "`manifest.model` of the current version" }),
    publishedAt: Timestamp.optional().meta({ description: "When the current version was published" }),
  })
  .meta({ id: "AgentSummary" });
export type AgentSummary = z.infer<typeof AgentSummary>;

/** An agent in a list: a whole summary, or what `fields` asks for of it. */
export const ListedAgent = AgentSummary.partial()
  .required({ id: true, tenant: true, agentId: true })
  .meta({ id: "ListedAgent" });
export type ListedAgent = z.infer<typeof ListedAgent>;

/** A version as lists show it. */
export const AgentVersionSummary = z
  .object({
    id: z.uuid(),
    version: SemVer,
    status: VersionStatus,
    ...statusFields,
    successor: SemVer.optional().meta({ description: "The version to use instead" }),
    digest: Digest,
    checksum: Digest.meta({ description: "The same as `digest`, under its older name" }),
    publishedAt: Timestamp,
    publishedBy: z.string(),
    sourceCommit: z.string().optional(),
  })
  .meta({ id: "AgentVersionSummary" });
export type AgentVersionSummary = z.infer<typeof AgentVersionSummary>;

/** One agent in full. `versions` are the 100 highest by semver precedence; listAgentVersions has them all. */
export const AgentDetail = AgentSummary.extend({
  versions: z.array(AgentVersionSummary),
  channels: z.array(Channel).meta({ description: "`latest`, which is the current version, then the others by name" }),
  metadata: z.record(z.string(), z.unknown()),
  ownerId: z.string().meta({ description: "Subject that published the agent first" }),
  createdAt: Timestamp,
}).meta({ id: "AgentDetail" });
export type AgentDetail = z.infer<typeof AgentDetail>;

/** A piece that a conversion between formats could not carry over as it is, and why. */
export const Loss = z
  .object({ path: z.string().meta({ description: "JSONPath in the source" }), reason: z.string() })
  .meta({ id: "Loss" });
export type Loss = z.infer<typeof Loss>;

/** What a publish did. */
export const PublishResult = z
  .object({
    outcome: z.enum(["created", "identical"]).meta({
      description: "`created`: a new version; `identical`: this version was published before with the same content",
    }),
    dryRun: z.boolean().meta({ description: "true: judged, and nothing written" }),
    agent: AgentSummary,
    version: AgentVersionSummary,
    warnings: z.array(Finding),
    change: VersionChange.optional().meta({
      description: "Only for a new version with another one below it, in a tenant that judges version numbers",
    }),
  })
  .meta({ id: "PublishResult" });
export type PublishResult = z.infer<typeof PublishResult>;

/** Which agent, in whose tenant. */
export const agentParams = z.object({ agentId: ResourceId });
/** Whose agent. */
export const tenantQuery = {
  tenant: TenantId.optional().meta({ description: "Address another tenant's public agent; default: your own tenant" }),
};
/** Reading is open to everybody, within what they may see. */
export const read = { scope: "agents:read", anonymous: true } as const;
