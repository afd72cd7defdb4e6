import { page, pageQuery, ResourceId, SemVer, TenantId, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";
import * as examples from "./agent-usage-examples.ts";
import { defineOperation } from "./errors.ts";

const count = z.int().min(0);

/** The type of the changes that tell an `AgentUsageDay`. */
export const agentUsageCounted = "agent.usage_counted";

/** What one version of an agent did on a day, in all runs of templates that told their steps. */
export const AgentUsageDay = z
  .object({
    tenant: TenantId.meta({ description: "The agent's tenant" }),
    agentId: ResourceId,
    version: SemVer,
    day: z.iso.date().meta({ description: "Of UTC" }),
    sample: z.boolean().meta({ description: "These steps are made up" }),
    succeeded: count,
    failed: count,
    cancelled: count,
    invalid: count,
    durationMs: count.meta({ description: "Sum over the steps that succeeded" }),
    lastAt: Timestamp.meta({ description: "When the last of the runs ended" }),
  })
  .meta({ id: "AgentUsageDay" });
export type AgentUsageDay = z.infer<typeof AgentUsageDay>;

export const listAgentUsage = defineOperation({
  id: "listAgentUsage",
  method: "GET",
  path: "/api/analytics/agents",
  tag: "Analytics",
  summary: "List how agents are used",
  description:
    "For services that keep a copy: every agent, version and day of all tenants, by name. Take a cursor of the feed with `from=now`, read all pages, then follow: a change `agent.usage_counted` tells what has become of a day, always the whole figures; zeros if its samples were removed.",
  access: { kind: ["service"] },
  query: z.object({
    ...pageQuery,
    limit: z.coerce.number().int().min(1).max(1000).default(100).meta({ description: "Items per page" }),
  }),
  success: { 200: page("days", AgentUsageDay) },
  example: examples.listAgentUsage,
  errors: [],
});
