import type { AgentDetail, Impact } from "@nofx/contract-registry";
import type { TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import { rollbackObstacle } from "@nofx/versioning";
import { channelsOf } from "../channels/channel.store.ts";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { impactOf } from "../lifecycle/impact.ts";
import { changeTellingTemplates, type TemplatesOf } from "../lifecycle/telling-templates.ts";
import { problem } from "../problem.ts";
import { asCurrent } from "./agent.rules.ts";
import type { Agent } from "./agent.store.ts";
import { updateAgent } from "./agent-writes.store.ts";
import { agentDetail, versionsShown } from "./get-agent.ts";
import { recordAgentEvent } from "./record-agent-event.ts";
import { findVersion, highestVersions } from "./version.store.ts";

export interface RolledBack {
  readonly agent: AgentDetail;
  readonly from: string;
  readonly to: string;
  readonly dryRun: boolean;
  readonly impact: Impact;
  /** None after a dry run. */
  readonly changeId: string | undefined;
}

/**
 * Makes an earlier version current again, with every field that follows from it. The status stays: a disabled agent is
 * not revived. A dry run does the same, tells the impact, and is undone.
 */
export const rollBack = async (
  deps: Deps,
  ctx: RequestContext,
  agentId: string,
  order: { readonly targetVersion: string; readonly reason: string; readonly dryRun: boolean },
): Promise<RolledBack> => {
  const { dryRun } = order;
  const change = async (trx: TenantTransaction<DB>, before: Agent, templatesOf: TemplatesOf): Promise<RolledBack> => {
    const target = await findVersion(trx, ctx.tenantId, agentId, order.targetVersion);
    if (target?.version !== order.targetVersion) throw problem("version_not_found");
    const from = before.summary.currentVersion;
    const obstacle = rollbackObstacle(from, target.summary);
    if (obstacle) throw problem("rollback_refused", { detail: obstacle });

    const templates = templatesOf({ tenant: ctx.tenantId, agentId, version: from });
    const at = deps.now();
    const current = asCurrent(target, target.summary);
    const after = await updateAgent(trx, ctx.tenantId, agentId, at, { current });
    const event = {
      type: "agent.rolled_back",
      before,
      after,
      version: target.version,
      reason: order.reason,
      details: { from, to: target.version },
    } as const;
    const changeId = await recordAgentEvent(trx, ctx, at, event);
    const versions = await highestVersions(trx, ctx.tenantId, agentId, versionsShown);
    const agent = agentDetail(after, versions, await channelsOf(trx, ctx.tenantId, agentId));
    const impact = await impactOf(trx, before, after, templates);
    return { agent, from, to: target.version, dryRun, impact, changeId: dryRun ? undefined : changeId };
  };
  return await changeTellingTemplates(deps, ctx, agentId, change, { dryRun });
};
