import { type AgentUsageDay, agentUsageCounted } from "@nofx/contract-marketplace";

/** What the feed tells of a day: always the whole figures, so that whoever hears it twice has counted once. */
export const countedEvent = ({ tenant, agentId, version, ...data }: AgentUsageDay) =>
  ({
    owner: tenant,
    type: agentUsageCounted,
    visibility: "private",
    resourceType: "agent",
    resourceId: agentId,
    version,
    data,
  }) as const;

/** A day that is gone. */
export const withoutCounts = (day: AgentUsageDay): AgentUsageDay => ({
  ...day,
  succeeded: 0,
  failed: 0,
  cancelled: 0,
  invalid: 0,
  durationMs: 0,
});
