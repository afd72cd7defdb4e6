import type { OperationInput } from "@nofx/contract-kit";
import type { AgentSummary, AgentVersionSummary, setVersionStatus as SetVersionStatus } from "@nofx/contract-registry";
import type { TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import { becomesCurrent, judgeVersionOrder, type VersionSurroundings } from "@nofx/versioning";
import { asCurrent } from "../agents/agent.rules.ts";
import type { Agent } from "../agents/agent.store.ts";
import { updateVersionStatus } from "../agents/agent-state.store.ts";
import { updateAgent } from "../agents/agent-writes.store.ts";
import { changeAgent } from "../agents/change-agent.ts";
import { recordAgentEvent } from "../agents/record-agent-event.ts";
import { findVersion } from "../agents/version.store.ts";
import { channelsOf } from "../channels/channel.store.ts";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { channelUses } from "./lifecycle.rules.ts";
import { versionSuccessors } from "./lifecycle.store.ts";

type Order = OperationInput<typeof SetVersionStatus>["body"] & { readonly version: string };

interface VersionStatusResult {
  readonly outcome: "changed" | "unchanged";
  readonly agent: AgentSummary;
  readonly version: AgentVersionSummary;
  readonly changeId?: string;
}

/** What points at versions of an agent, and what the order names. */
const surroundings = async (
  trx: TenantTransaction<DB>,
  agent: AgentSummary,
  { version, successor }: Order,
): Promise<VersionSurroundings> => ({
  current: agent.currentVersion,
  others: channelUses(version, await channelsOf(trx, agent.tenant, agent.agentId)),
  successors: await versionSuccessors(trx, agent),
  found:
    successor === undefined ? undefined : (await findVersion(trx, agent.tenant, agent.agentId, successor))?.summary,
});

/** Changes the status of a version of one of the tenant's agents. A draft's release moves the current version as a publish would. */
export const setVersionStatus = async (
  deps: Deps,
  ctx: RequestContext,
  agentId: string,
  order: Order,
): Promise<VersionStatusResult> =>
  changeAgent(deps, ctx, agentId, async (trx, before) => {
    const target = await findVersion(trx, ctx.tenantId, agentId, order.version);
    if (target?.version !== order.version) throw problem("version_not_found");
    const at = deps.now();
    const verdict = judgeVersionOrder(target.summary, order, at, await surroundings(trx, before.summary, order));
    if (verdict.outcome === "refused") throw problem(verdict.code, { detail: verdict.detail });
    if (verdict.outcome === "unchanged") {
      return { outcome: "unchanged", agent: before.summary, version: target.summary };
    }
    const { version } = order;
    const moves = target.summary.status === "draft" && becomesCurrent(before.summary.currentVersion, version);
    const current = moves ? asCurrent(target, target.summary) : undefined;
    const changed = await updateVersionStatus(trx, ctx.tenantId, agentId, version, verdict.change);
    const after: Agent = await updateAgent(trx, ctx.tenantId, agentId, at, { current });
    const event = {
      type: "agent.version_status_changed",
      before,
      after,
      version,
      reason: order.reason,
      details: {
        from: target.summary.status,
        to: order.status,
        ...(order.successor !== undefined && { successor: order.successor }),
      },
    } as const;
    const changeId = await recordAgentEvent(trx, ctx, at, event);
    return { outcome: "changed", agent: after.summary, version: changed, changeId };
  });
