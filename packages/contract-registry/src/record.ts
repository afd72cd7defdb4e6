import { ResourceId, RunCounts, recordText, recordVersionCount, TenantId, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";
import { AgentSummary, AgentVersionSummary } from "./agent.ts";

/** Another agent that the current version needs. */
export const AgentDependency = z
  .object({ tenant: TenantId, agentId: ResourceId, range: z.string() })
  .meta({ id: "AgentDependency" });
export type AgentDependency = z.infer<typeof AgentDependency>;

/** A version as a record tells it. */
export const AgentRecordVersion = AgentVersionSummary.pick({
  version: true,
  status: true,
  publishedAt: true,
  publishedBy: true,
}).meta({ id: "AgentRecordVersion" });
export type AgentRecordVersion = z.infer<typeof AgentRecordVersion>;

/** How an agent did in the last 30 days. */
export const AgentRecordUsage = z
  .object({
    runs30d: RunCounts.shape.runs.meta({
      description: "Runs of the last 30 days of UTC, today included, however they ended",
    }),
    succeeded30d: RunCounts.shape.succeeded,
    success: z.number().min(0).max(1).optional().meta({
      description: "Lower end of the 95 % interval of the success rate (Wilson); absent if nothing succeeded or failed",
    }),
    lastAt: Timestamp.optional().meta({ description: "When the last run of these days ended" }),
    meanMs: z.number().min(0).optional().meta({
      description: "How long steps that succeeded took on average; absent if none has",
    }),
  })
  .meta({ id: "AgentRecordUsage", description: "Made-up runs count too" });
export type AgentRecordUsage = z.infer<typeof AgentRecordUsage>;

/** All that is known of an agent now, on one page: what a search index is built from. */
export const AgentRecord = z
  .object({
    ...AgentSummary.pick({
      tenant: true,
      agentId: true,
      visibility: true,
      status: true,
      successor: true,
      name: true,
      description: true,
      currentVersion: true,
      tags: true,
      owner: true,
      model: true,
      updatedAt: true,
      publishedAt: true,
    }).shape,
    capabilities: z.array(z.object({ id: ResourceId, label: z.string(), description: z.string().optional() })),
    license: z.string().optional().meta({ description: "`metadata.license`, if it is a text" }),
    aliases: z.array(z.string()).meta({ description: "`metadata.aliases`, if it is a list of texts" }),
    dependencies: z.array(AgentDependency).meta({ description: "Of the current version, by tenant and id" }),
    text: recordText.meta({
      description:
        "The text of the current version's prompt and of its other text files such as README.md, one behind the other, cut to 16,384 characters",
    }),
    createdAt: Timestamp,
    versions: z.array(AgentRecordVersion).meta({ description: "The 100 highest, highest first, of every status" }),
    versionCount: recordVersionCount,
    usage: AgentRecordUsage,
  })
  .meta({ id: "AgentRecord" });
export type AgentRecord = z.infer<typeof AgentRecord>;

/** Names one record. */
export const AgentRecordKey = z.object({ tenant: TenantId, agentId: ResourceId }).meta({ id: "AgentRecordKey" });
export type AgentRecordKey = z.infer<typeof AgentRecordKey>;

/** The type of the changes that tell that `AgentRecord.usage` has changed. */
export const agentFiguresChanged = "agent.figures_changed";
