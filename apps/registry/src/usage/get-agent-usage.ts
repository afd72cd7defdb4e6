import { rangeOf, type UsageRange } from "@nofx/analytics";
import type { OperationInput } from "@nofx/contract-kit";
import { type AgentUsage, agentUsageLimits, type getAgentUsage as GetAgentUsage } from "@nofx/contract-registry";
import type { RequestContext } from "@nofx/service-kit";
import type { AgentAddress } from "../agents/address.ts";
import { findDocument } from "../agents/agent.store.ts";
import { visibleAgent } from "../agents/get-agent.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { usageAnswer } from "./agent-usage.rules.ts";
import { findSource, listUsedDays, type UsageSource } from "./agent-usage.store.ts";

type Query = OperationInput<typeof GetAgentUsage>["query"];

const askedRange = ({ from, to }: Query, now: Date): UsageRange => {
  const range = rangeOf({ from, to, bucket: "day" }, now, { hour: 0, day: agentUsageLimits.daysMax });
  if ("refused" in range) throw problem("request_invalid", { errors: [{ ...range.refused, code: "range_refused" }] });
  return range;
};

const statusOf = (deps: Deps, { readAt, isFresh }: UsageSource): Pick<AgentUsage, "source" | "asOf"> => ({
  source: !deps.usage.isFollowing() ? "not_configured" : isFresh ? "current" : "behind",
  ...(readAt && { asOf: readAt.toISOString() }),
});

/** What is known of an agent's use. @throws agent_not_found, version_not_found, request_invalid */
export const getAgentUsage = async (
  deps: Deps,
  ctx: RequestContext,
  address: AgentAddress,
  query: Query,
): Promise<AgentUsage> => {
  const range = askedRange(query, deps.now());
  const { version } = query;
  await visibleAgent(deps, ctx, address);
  if (version !== undefined && !(await findDocument(deps.db, ctx, address, version)))
    throw problem("version_not_found");
  // Before the days: they may be newer than it says, and never older.
  const source = await findSource(deps.db, ctx);
  const days = await listUsedDays(deps.db, ctx, address, { ...range, version });
  return {
    tenant: address.tenant,
    agentId: address.agentId,
    ...(version !== undefined && { version }),
    from: range.from.toISOString(),
    to: range.to.toISOString(),
    ...statusOf(deps, source),
    ...usageAnswer(days, range),
  };
};
