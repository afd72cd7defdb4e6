import type { OperationInput } from "@nofx/contract-kit";
import type { AgentSummary, Impact, setAgentStatus as SetAgentStatus } from "@nofx/contract-registry";
import type { TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { Agent } from "../agents/agent.store.ts";
import { updateAgent } from "../agents/agent-writes.store.ts";
import { changeAgent } from "../agents/change-agent.ts";
import { recordAgentEvent } from "../agents/record-agent-event.ts";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { impactOf } from "./impact.ts";
import { agentSuccessorObstacle, judgeAgentStatus } from "./lifecycle.rules.ts";
import { findSummary, lockSuccessors, successorsBeyond } from "./lifecycle.store.ts";

type Successor = NonNullable<AgentSummary["successor"]>;

interface AgentStatusResult {
  readonly outcome: "changed" | "unchanged";
  readonly dryRun: boolean;
  readonly agent: AgentSummary;
  readonly impact: Impact;
  readonly changeId?: string;
}

/** Judged under a lock of its own, that no two can lead to each other. */
const requireSuccessor = async (trx: TenantTransaction<DB>, agent: AgentSummary, successor: Successor) => {
  await lockSuccessors(trx);
  const found = await findSummary(trx, successor);
  const beyond = await successorsBeyond(trx, successor);
  const obstacle = agentSuccessorObstacle(agent, successor, found, beyond);
  if (obstacle) throw problem("successor_refused", { detail: obstacle });
};

/** Deprecates, disables or revives one of the tenant's agents, or amends why; tells whom that concerns. */
export const setAgentStatus = async (
  deps: Deps,
  ctx: RequestContext,
  agentId: string,
  order: OperationInput<typeof SetAgentStatus>["body"] & { readonly dryRun: boolean },
): Promise<AgentStatusResult> => {
  const { dryRun, status, reason } = order;
  const successor = order.successor && {
    tenant: order.successor.tenant ?? ctx.tenantId,
    agentId: order.successor.agentId,
  };
  const change = async (trx: TenantTransaction<DB>, before: Agent): Promise<AgentStatusResult> => {
    const at = deps.now();
    const verdict = judgeAgentStatus(before.summary, { status, reason, successor }, at);
    const result = (outcome: AgentStatusResult["outcome"], after: Agent, impact: Impact): AgentStatusResult => ({
      outcome,
      dryRun,
      agent: after.summary,
      impact,
    });
    if (verdict.outcome !== "changed") return result("unchanged", before, await impactOf(trx, before, before));
    if (successor) await requireSuccessor(trx, before.summary, successor);
    const after = await updateAgent(trx, ctx.tenantId, agentId, at, { status: verdict.change });
    const details = { from: before.summary.status, to: status, ...(successor && { successor }) };
    const changeId = await recordAgentEvent(trx, ctx, at, {
      type: "agent.status_changed",
      before,
      after,
      reason,
      details,
    });
    return { ...result("changed", after, await impactOf(trx, before, after)), ...(!dryRun && { changeId }) };
  };
  return await changeAgent(deps, ctx, agentId, change, { dryRun });
};
