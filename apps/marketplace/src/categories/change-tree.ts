import type { Category } from "@nofx/contract-marketplace";
import { inTenant, recordEvent, type TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { categoriesIn } from "./category.store.ts";

/** Changes the tree while nobody else does: what is judged is what is there. */
export const changeTree = async <T>(
  deps: Deps,
  ctx: RequestContext,
  change: (trx: TenantTransaction<DB>, categories: readonly Category[], at: Date) => Promise<T>,
): Promise<T> => {
  const work = async (trx: TenantTransaction<DB>): Promise<T> => change(trx, await categoriesIn(trx), deps.now());
  return await inTenant(deps.db, ctx, work, { lock: "categories" });
};

/** What the tree is now: for everybody, in the feed of no tenant, and in the audit log, which is the operator's. */
export const recordCategoryEvent = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  at: Date,
  type: "category.created" | "category.changed" | "category.deleted",
  { id, ...data }: Category,
): Promise<void> => {
  await recordEvent(trx, ctx, at, { type, visibility: "public", resourceType: "category", resourceId: id, data });
};
