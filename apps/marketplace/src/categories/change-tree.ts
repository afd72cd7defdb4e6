import type { Category } from "@nofx/contract-marketplace";
import { inTenant, recordAudit, type TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { categoriesIn } from "./category.store.ts";

/**
 * Changes the tree while nobody else does: what is judged is what is there. Lists depend on the tree, and the feed, which
 * tells of tenants, does not tell of it: other processes go on with answers from before for as long as they keep any.
 */
export const changeTree = async <T>(
  deps: Deps,
  ctx: RequestContext,
  change: (trx: TenantTransaction<DB>, categories: readonly Category[], at: Date) => Promise<T>,
): Promise<T> => {
  const work = async (trx: TenantTransaction<DB>): Promise<T> => change(trx, await categoriesIn(trx), deps.now());
  const result = await inTenant(deps.db, ctx, work, { lock: "categories" });
  deps.answers.drop(null);
  return result;
};

/** The entry in the audit log, which is the operator's. */
export const auditCategory = (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  at: Date,
  action: "category.created" | "category.changed" | "category.deleted",
  { id, ...details }: Category,
): Promise<void> => recordAudit(trx, ctx, at, { action, resourceType: "category", resourceId: id, details });
