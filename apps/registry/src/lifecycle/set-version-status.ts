import type { OperationInput } from "@nofx/contract-kit";
import type {
  AgentSummary,
  AgentVersionSummary,
  Impact,
  setVersionStatus as SetVersionStatus,
} from "@nofx/contract-registry";
import type { TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import { becomesCurrent, judgeVersionOrder, type StatusChange, type VersionSurroundings } from "@nofx/versioning";
import { asCurrent } from "../agents/agent.rules.ts";
import type { Agent } from "../agents/agent.store.ts";
import { updateVersionStatus } from "../agents/agent-state.store.ts";
import { updateAgent } from "../agents/agent-writes.store.ts";
import { recordAgentEvent } from "../agents/record-agent-event.ts";
import { type FoundVersion, findVersion } from "../agents/version.store.ts";
import { channelsOf } from "../channels/channel.store.ts";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { changedVersionFields, noTemplates } from "./impact.rules.ts";
import { impactOf } from "./impact.ts";
import { channelUses } from "./lifecycle.rules.ts";
import { versionSuccessors } from "./lifecycle.store.ts";
import { changeTellingTemplates, type TemplatesOf } from "./telling-templates.ts";

type Order = OperationInput<typeof SetVersionStatus>["body"] & {
  readonly version: string;
  readonly dryRun: boolean;
};

interface VersionStatusResult {
  readonly outcome: "changed" | "unchanged";
  readonly dryRun: boolean;
  readonly agent: AgentSummary;
  readonly version: AgentVersionSummary;
  readonly impact: Impact;
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

/** An order that the rules allow, and what it is about. */
interface Allowed {
  readonly before: Agent;
  readonly target: FoundVersion;
  readonly order: Order;
  readonly change: StatusChange<AgentVersionSummary["status"], string>;
  readonly at: Date;
}

/** Carries out what the rules allow. A draft's release moves the current version as a publish would. */
const carryOut = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  { before, target, order, change, at }: Allowed,
): Promise<{ after: Agent; version: AgentVersionSummary; changeId: string }> => {
  const { tenantId } = ctx;
  const { agentId, currentVersion } = before.summary;
  const { version, reason, status, successor } = order;
  const { status: from } = target.summary;
  const current =
    from === "draft" && becomesCurrent(currentVersion, version) ? asCurrent(target, target.summary) : undefined;
  const changed = await updateVersionStatus(trx, tenantId, agentId, version, change);
  const after = await updateAgent(trx, tenantId, agentId, at, { current });
  const details = { from, to: status, ...(successor !== undefined && { successor }) };
  const event = { type: "agent.version_status_changed", before, after, version, reason, details } as const;
  return { after, version: changed, changeId: await recordAgentEvent(trx, ctx, at, event) };
};

/** Changes the status of a version of one of the tenant's agents; tells whom that concerns. */
export const setVersionStatus = async (
  deps: Deps,
  ctx: RequestContext,
  agentId: string,
  order: Order,
): Promise<VersionStatusResult> => {
  const { dryRun, version } = order;
  const change = async (trx: TenantTransaction<DB>, before: Agent, templatesOf: TemplatesOf) => {
    const target = await findVersion(trx, ctx.tenantId, agentId, version);
    if (target?.version !== version) throw problem("version_not_found");
    const at = deps.now();
    const verdict = judgeVersionOrder(target.summary, order, at, await surroundings(trx, before.summary, order));
    if (verdict.outcome === "refused") throw problem(verdict.code, { detail: verdict.detail });
    const result = { dryRun, agent: before.summary, version: target.summary };
    if (verdict.outcome === "unchanged") {
      const impact = await impactOf(trx, before, before, noTemplates("not_asked"));
      return { ...result, outcome: verdict.outcome, impact };
    }
    const templates =
      order.status === "active" ? noTemplates("not_asked") : templatesOf({ tenant: ctx.tenantId, agentId, version });
    const done = await carryOut(trx, ctx, { before, target, order, change: verdict.change, at });
    const impact = await impactOf(trx, before, done.after, templates);
    const fields = [...impact.fields, ...changedVersionFields(target.summary, done.version)];
    return {
      ...result,
      outcome: verdict.outcome,
      agent: done.after.summary,
      version: done.version,
      impact: { ...impact, fields },
      ...(!dryRun && { changeId: done.changeId }),
    };
  };
  return await changeTellingTemplates<VersionStatusResult>(deps, ctx, agentId, change, { dryRun });
};
