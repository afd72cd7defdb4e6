import { type Impact, impactListMax, type TemplateImpact } from "@nofx/contract-registry";
import type { TenantTransaction } from "@nofx/db-kit";
import type { Agent } from "../agents/agent.store.ts";
import { channelsOf } from "../channels/channel.store.ts";
import type { DB } from "../db/schema.gen.ts";
import { changedFields, judgeDependent } from "./impact.rules.ts";
import { listDependents, listVersionsAbove } from "./impact.store.ts";

/** What a change of an agent means, and to whom of those the caller may see. */
export const impactOf = async (
  trx: TenantTransaction<DB>,
  before: Agent,
  after: Agent,
  templates: TemplateImpact,
): Promise<Impact> => {
  const { tenant, agentId, currentVersion } = after.summary;
  const versionsAbove = await listVersionsAbove(trx, tenant, agentId, currentVersion, impactListMax);
  const channels = await channelsOf(trx, tenant, agentId);
  const dependents = await listDependents(trx, tenant, agentId, impactListMax + 1);
  return {
    fields: changedFields({ ...before.summary, ...before.detail }, { ...after.summary, ...after.detail }),
    versionsAbove,
    channels,
    dependents: dependents.slice(0, impactListMax).map((dependent) => judgeDependent(dependent, after.summary)),
    dependentsTruncated: dependents.length > impactListMax,
    templates,
  };
};
