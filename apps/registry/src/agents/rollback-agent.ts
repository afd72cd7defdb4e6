import type { AgentDetail } from "@nofx/contract-registry";
import { inTenant } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { derivedFields, isStateOf, rollbackObstacle } from "./agent.rules.ts";
import { findVersion, highestVersions, lockAgent, updateAgent } from "./agent-writes.store.ts";
import { versionsShown } from "./get-agent.ts";
import { recordEvent } from "./record-event.ts";

export interface RolledBack {
  readonly agent: AgentDetail;
  readonly from: string;
  readonly to: string;
  readonly changeId: string;
}

/** Makes an earlier version current again, with every field that follows from it. The status stays: a disabled agent is not revived. */
export const rollBack = async (
  deps: Deps,
  ctx: RequestContext,
  agentId: string,
  order: { readonly targetVersion: string; readonly reason: string },
): Promise<RolledBack> =>
  inTenant(deps.db, ctx, async (trx) => {
    const before = await lockAgent(trx, ctx.tenantId, agentId);
    if (!before) throw problem("agent_not_found");
    if (!isStateOf(ctx.ifMatch, before.revision)) throw problem("precondition_failed");
    const target = await findVersion(trx, ctx.tenantId, agentId, order.targetVersion);
    if (target?.version !== order.targetVersion) throw problem("version_not_found");
    const from = before.summary.currentVersion;
    const obstacle = rollbackObstacle(from, target.summary);
    if (obstacle) throw problem("rollback_refused", { detail: obstacle });

    const at = deps.now();
    const current = { version: target.version, fields: derivedFields(target.document) };
    const after = await updateAgent(trx, ctx.tenantId, agentId, at, { current });
    const event = {
      type: "agent.rolled_back",
      before,
      after,
      version: target.version,
      reason: order.reason,
      details: { from },
    } as const;
    const changeId = await recordEvent(trx, ctx, at, event);
    const versions = await highestVersions(trx, ctx.tenantId, agentId, versionsShown);
    return { agent: { ...after.summary, ...after.detail, versions }, from, to: target.version, changeId };
  });
