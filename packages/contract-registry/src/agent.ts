import { Digest, ResourceId, SemVer, TenantId, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";
import { Channel } from "./channel.ts";
import { Capability, Tag } from "./manifest.ts";

export const AgentStatus = z
  .enum(["active", "deprecated", "disabled"])
  .meta({ id: "AgentStatus", description: "`disabled`: hidden from lists, readable by its own tenant" });
export const VersionStatus = z.enum(["draft", "active", "deprecated", "archived"]).meta({ id: "VersionStatus" });
export const Visibility = z
  .enum(["private", "public"])
  .meta({ id: "Visibility", description: "`public`: readable by everyone; `private`: only by its tenant" });

const deprecated = {
  statusReason: z.string().optional().meta({ description: "Why it is deprecated, disabled or archived" }),
  deprecatedAt: Timestamp.optional().meta({ description: "Since when it is deprecated" }),
};

/** An agent as lists show it: the state of its current version. */
export const AgentSummary = z
  .object({
    id: z.uuid().meta({ description: "Stable key" }),
    tenant: TenantId,
    agentId: ResourceId,
    name: z.string(),
    description: z.string().optional(),
    status: AgentStatus,
    ...deprecated,
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
    ...deprecated,
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

/** Something found in a manifest. Errors prevent publishing, warnings do not. */
export const Finding = z
  .object({
    path: z.string().meta({ description: "JSONPath of the offending value" }),
    field: z.string().meta({ description: "The same place in dotted form, as older clients read it" }),
    message: z.string(),
    code: z.string(),
    severity: z.enum(["error", "warning"]),
    fix: z.string().optional().meta({ description: "What to write instead, where that is known" }),
    line: z.int().min(1).optional().meta({ description: "Line in the file, from 1; only if a file's text was judged" }),
    column: z.int().min(1).optional().meta({ description: "Column in that line, from 1, in UTF-16 code units" }),
  })
  .meta({ id: "Finding" });
export type Finding = z.infer<typeof Finding>;

/** How far a version number moves, or must move. */
export const Bump = z.enum(["none", "patch", "minor", "major"]).meta({ id: "Bump" });
export type Bump = z.infer<typeof Bump>;

/** One difference between two documents. Members of lists with ids are addressed by id: `$.capabilities[?@.id=='x']`. */
export const Difference = z
  .object({
    path: z.string(),
    before: z.unknown().optional(),
    after: z.unknown().optional(),
    severity: z
      .enum(["major", "minor", "patch"])
      .meta({ description: "`major`: callers or environments may break; `minor`: something is new; `patch`: wording" }),
    reason: z.string().meta({ description: "What that means, in one sentence for people" }),
  })
  .meta({ id: "Difference" });
export type Difference = z.infer<typeof Difference>;

/** A version number held against what has changed since the version before it. */
export const VersionChange = z
  .object({
    previous: SemVer.meta({ description: "The version that was compared: the highest release below" }),
    required: Bump.meta({ description: "What the differences demand" }),
    declared: Bump.meta({ description: "What the version number says" }),
  })
  .meta({ id: "VersionChange" });
export type VersionChange = z.infer<typeof VersionChange>;
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
