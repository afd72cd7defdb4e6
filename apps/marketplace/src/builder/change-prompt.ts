import { inTenant, type TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import { isStateOf } from "@nofx/versioning";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { templateLock, timeAfter } from "../templates/template.rules.ts";
import { findLocked, type StoredPrompt } from "./prompt.store.ts";

/**
 * Changes a prompt that is there, in the state that the caller knows, while no other change of it runs. Gives the change
 * what stands, and a time later than that of any state before.
 * @throws template_not_found, precondition_failed
 */
export const changePrompt = async <T>(
  deps: Deps,
  ctx: RequestContext,
  id: string,
  change: (trx: TenantTransaction<DB>, before: StoredPrompt, at: Date) => Promise<T>,
): Promise<T> => {
  const work = async (trx: TenantTransaction<DB>): Promise<T> => {
    const before = await findLocked(trx, ctx.tenantId, id);
    if (!before) throw problem("template_not_found");
    if (!isStateOf(ctx.ifMatch, before.revision)) throw problem("precondition_failed");
    const at = timeAfter(deps.now(), before.shown.updatedAt);
    return await change(trx, before, at);
  };
  return await inTenant(deps.db, ctx, work, { lock: templateLock(ctx.tenantId, id) });
};
