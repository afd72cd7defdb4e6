import { inTenant, type TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import { isStateOf } from "@nofx/versioning";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { mayChangeOwn } from "../templates/may-change.ts";
import { templateLock, timeAfter } from "../templates/template.rules.ts";
import { findLocked, type StoredPrompt } from "./prompt.store.ts";

/** A prompt as it stands before a change, and when the change takes place: later than any state before. */
export interface PromptStanding {
  readonly before: StoredPrompt;
  readonly at: Date;
}

/**
 * How a prompt stands that is there, in the state that the caller knows, in a transaction that holds its lock. A token
 * that is bound to others gets no further. @throws template_not_found, precondition_failed
 */
export const promptStanding = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  id: string,
  now: Date,
): Promise<PromptStanding> => {
  mayChangeOwn(ctx, id);
  const before = await findLocked(trx, ctx.tenantId, id);
  if (!before) throw problem("template_not_found");
  if (!isStateOf(ctx.ifMatch, before.revision)) throw problem("precondition_failed");
  return { before, at: timeAfter(now, before.shown.updatedAt) };
};

/** Changes a prompt while no other change of it runs. @throws template_not_found, precondition_failed */
export const changePrompt = async <T>(
  deps: Deps,
  ctx: RequestContext,
  id: string,
  change: (trx: TenantTransaction<DB>, standing: PromptStanding) => Promise<T>,
): Promise<T> => {
  const work = async (trx: TenantTransaction<DB>): Promise<T> =>
    await change(trx, await promptStanding(trx, ctx, id, deps.now()));
  return await inTenant(deps.db, ctx, work, { lock: templateLock(ctx.tenantId, id) });
};
