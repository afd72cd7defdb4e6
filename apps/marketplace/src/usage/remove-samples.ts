import type { RemovedSamples } from "@nofx/contract-marketplace";
import { inTenant, recordAudit, recordChanges, type TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import { recountPopularity } from "../analytics/popularity.store.ts";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { countedEvent, withoutCounts } from "./agent-usage.rules.ts";
import { foldLock } from "./fold.store.ts";
import { deleteSamples } from "./sample.store.ts";

/**
 * Takes away what the caller's tenant has made up. The fold waits meanwhile: what it would add now is deleted before it is
 * added, and what comes later is counted whole. Whoever keeps a copy of how agents are used hears of it through the feed.
 */
export const removeSamples = async (deps: Deps, ctx: RequestContext): Promise<RemovedSamples> => {
  const work = async (trx: TenantTransaction<DB>): Promise<RemovedSamples> => {
    const { removed, templates, agentDays } = await deleteSamples(trx, ctx.tenantId);
    await recordChanges(trx, ctx, deps.now(), agentDays.map(withoutCounts).map(countedEvent));
    await recountPopularity(trx, ctx, templates, deps.now());
    const event = { action: "usage.sample_removed", resourceType: "tenant", resourceId: ctx.tenantId };
    await recordAudit(trx, ctx, deps.now(), { ...event, details: { ...removed } });
    return removed;
  };
  const removed = await inTenant(deps.db, ctx, work, { lock: foldLock });
  deps.answers.drop(null);
  return removed;
};
