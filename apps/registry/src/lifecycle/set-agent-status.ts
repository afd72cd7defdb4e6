import type { OperationInput } from "@nofx/contract-kit";
import type { AgentSummary, Impact, setAgentStatus as SetAgentStatus } from "@nofx/contract-registry";
import type { TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { Agent } from "../agents/agent.store.ts";
import { updateAgent } from "../agents/agent-writes.store.ts";
import { recordAgentEvent } from "../agents/record-agent-event.ts";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { noTemplates } from "./impact.rules.ts";
import { impactOf } from "./impact.ts";
import { judgeAgentOrder } from "./lifecycle.rules.ts";
import { lockSuccessor } from "./lifecycle.store.ts";
import { changeTellingTemplates, type TemplatesOf } from "./telling-templates.ts";

interface AgentStatusResult {
  readonly outcome: "changed" | "unchanged";
  readonly dryRun: boolean;
  readonly agent: AgentSummary;
  readonly impact: Impact;
  readonly changeId?: string;
}

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
  const change = async (
    trx: TenantTransaction<DB>,
    before: Agent,
    templatesOf: TemplatesOf,
  ): Promise<AgentStatusResult> => {
    const at = deps.now();
    const known = successor && (await lockSuccessor(trx, successor));
    const wanted = { status, reason, successor };
    const verdict = judgeAgentOrder({ resource: before.summary, order: wanted, successor: known, at });
    if (verdict.outcome === "refused") throw problem(verdict.code, { detail: verdict.detail });
    const result = (outcome: AgentStatusResult["outcome"], after: Agent, impact: Impact): AgentStatusResult => ({
      outcome,
      dryRun,
      agent: after.summary,
      impact,
    });
    if (verdict.outcome === "unchanged") {
      return result("unchanged", before, await impactOf(trx, before, before, noTemplates("not_asked")));
    }
    const templates = templatesOf({ tenant: ctx.tenantId, agentId });
    const after = await updateAgent(trx, ctx.tenantId, agentId, at, { status: verdict.change });
    const details = { from: before.summary.status, to: status, ...(successor && { successor }) };
    const event = { type: "agent.status_changed", before, after, reason, details } as const;
    const changeId = await recordAgentEvent(trx, ctx, at, event);
    const impact = await impactOf(trx, before, after, templates);
    return { ...result("changed", after, impact), ...(!dryRun && { changeId }) };
  };
  return await changeTellingTemplates(deps, ctx, agentId, change, { dryRun });
};
