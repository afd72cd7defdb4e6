import type { RemovedSamples } from "@nofx/contract-marketplace";
import { inTenant, recordAudit, type TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import { recountPopularity } from "../analytics/popularity.store.ts";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { foldLock } from "./fold.store.ts";
import { deleteSamples } from "./sample.store.ts";

/**
 * Takes away what the caller's tenant has made up. The fold waits meanwhile: what it would add now is deleted before it is
 * added, and what comes later is counted whole.
 */
export const removeSamples = async (deps: Deps, ctx: RequestContext): Promise<RemovedSamples> => {
  const work = async (trx: TenantTransaction<DB>): Promise<RemovedSamples> => {
    const { removed, templates } = await deleteSamples(trx, ctx.tenantId);
    await recountPopularity(trx, ctx, templates, deps.now());
    const event = { action: "usage.sample_removed", resourceType: "tenant", resourceId: ctx.tenantId };
    await recordAudit(trx, ctx, deps.now(), { ...event, details: { ...removed } });
    return removed;
  };
  const removed = await inTenant(deps.db, ctx, work, { lock: foldLock });
  deps.answers.drop(null);
  return removed;
};
