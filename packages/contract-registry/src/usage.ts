import { ResourceId, RunCounts, SemVer, SuccessRate, TenantId, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";
import { agentParams, read, tenantQuery } from "./agent.ts";
import { defineOperation } from "./errors.ts";
import * as examples from "./usage-examples.ts";

/** How much an answer about usage holds. */
export const agentUsageLimits = { daysMax: 400, versions: 20 } as const;

const count = z.int().min(0);
const meanMs = z.number().min(0).optional().meta({
  description: "How long steps that succeeded took on average, in milliseconds; absent if none has",
});

/** What an agent did in runs of templates. */
export const AgentFigures = RunCounts.extend({
  success: SuccessRate.optional().meta({ description: "Absent if nothing has succeeded or failed" }),
  meanMs,
  lastAt: Timestamp.optional().meta({ description: "When the last of these runs ended" }),
}).meta({ id: "AgentFigures" });
export type AgentFigures = z.infer<typeof AgentFigures>;

/** What an agent did on one day. */
export const AgentUsagePoint = RunCounts.extend({
  at: Timestamp.meta({ description: "When the day begins (UTC)" }),
  meanMs,
}).meta({ id: "AgentUsagePoint" });
export type AgentUsagePoint = z.infer<typeof AgentUsagePoint>;

/** How an agent is used. */
export const AgentUsage = z
  .object({
    tenant: TenantId,
    agentId: ResourceId,
    version: SemVer.optional().meta({ description: "The only version that is counted; absent: all that you may read" }),
    from: Timestamp.meta({ description: "The first moment that is counted: where a day begins" }),
    to: Timestamp.meta({ description: "The first moment that is not" }),
    source: z.enum(["current", "behind", "not_configured"]).meta({
      description:
        "`current`: the marketplace was heard within the last minute; `behind`: it was not, and runs after `asOf` may be missing; `not_configured`: this registry follows no marketplace",
    }),
    asOf: Timestamp.optional().meta({
      description: "What the marketplace had told by then is counted; absent: nothing has been read yet",
    }),
    includesSample: z.boolean().meta({ description: "Some of the runs are made up" }),
    totals: AgentFigures,
    series: z.array(AgentUsagePoint).meta({ description: "Every day, also without a run" }),
    versions: z
      .object({
        items: z.array(
          AgentFigures.extend({
            version: SemVer,
            series: z.array(count).meta({ description: "Runs on each day of `series`" }),
          }),
        ),
        rest: count.meta({ description: "Runs of other versions" }),
      })
      .meta({ description: "The 20 versions with most runs" }),
  })
  .meta({ id: "AgentUsage" });
export type AgentUsage = z.infer<typeof AgentUsage>;

const moment = z.union([z.iso.date(), Timestamp]).optional();

export const getAgentUsage = defineOperation({
  id: "getAgentUsage",
  method: "GET",
  path: "/api/agents/{agentId}/usage",
  tag: "Usage",
  summary: "See how an agent is used",
  description:
    "What the agent's versions did in runs of templates: how they ended, success rate with its interval, durations, the last use, and every day. Counted from the steps that runs report to the template marketplace, a few seconds later. Whoever may read the agent sees all of it, for the versions that they may read; nobody is told who ran what. Up to 400 days.",
  access: read,
  params: agentParams,
  query: z.object({
    ...tenantQuery,
    from: moment.meta({ description: "A day or a time; counted from the day on that it is in. Default: 30 days" }),
    to: moment.meta({
      description: "Up to the end of the day before this time, or of that it is in. Default: now",
    }),
    version: SemVer.optional().meta({ description: "Count only this version" }),
  }),
  success: { 200: AgentUsage },
  example: examples.getAgentUsage,
  errors: ["agent_not_found", "version_not_found"],
});
