import { inTenant, type TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import { isStateOf } from "@nofx/versioning";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { mayChangeOwn } from "./may-change.ts";
import { templateLock, timeAfter } from "./template.rules.ts";
import type { Template } from "./template.store.ts";
import { findLocked } from "./version.store.ts";

interface Options {
  readonly dryRun: boolean;
}

/** A template as it stands before a write, and when the write takes place: later than any state before. */
export interface Standing<T = Template | undefined> {
  readonly before: T;
  readonly at: Date;
}

/**
 * How one of the caller's templates stands, whether it exists yet or not, in a transaction that holds its lock. A token
 * that is bound to others gets no further.
 */
export const standingOf = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  templateId: string,
  now: Date,
): Promise<Standing> => {
  mayChangeOwn(ctx, templateId);
  const before = await findLocked(trx, { tenant: ctx.tenantId, templateId });
  return { before, at: timeAfter(now, before?.summary.updatedAt) };
};

/** A template that is there, in the state that the caller knows. @throws template_not_found, precondition_failed */
export const mustStand = (ctx: RequestContext, { before, at }: Standing): Standing<Template> => {
  if (!before) throw problem("template_not_found");
  if (!isStateOf(ctx.ifMatch, before.revision)) throw problem("precondition_failed");
  return { before, at };
};

/**
 * Runs a write that concerns one of the caller's templates, whether it exists yet or not, while no other one of that
 * template runs, one of the builder included. Gives it what stands, and a time later than that of any state before.
 */
export const withTemplateLocked = async <T>(
  deps: Deps,
  ctx: RequestContext,
  templateId: string,
  work: (trx: TenantTransaction<DB>, before: Template | undefined, at: Date) => Promise<T>,
  options: Options,
): Promise<T> => {
  const { tenantId: tenant } = ctx;
  const locked = async (trx: TenantTransaction<DB>): Promise<T> => {
    const { before, at } = await standingOf(trx, ctx, templateId, deps.now());
    return await work(trx, before, at);
  };
  return await inTenant(deps.db, ctx, locked, { ...options, lock: templateLock(tenant, templateId) });
};

/** Changes a template that is there, in the state that the caller knows. @throws template_not_found, precondition_failed */
export const changeTemplate = async <T>(
  deps: Deps,
  ctx: RequestContext,
  templateId: string,
  change: (trx: TenantTransaction<DB>, before: Template, at: Date) => Promise<T>,
  options: Options,
): Promise<T> => {
  const work = async (trx: TenantTransaction<DB>, before: Template | undefined, at: Date): Promise<T> => {
    const standing = mustStand(ctx, { before, at });
    return await change(trx, standing.before, standing.at);
  };
  return await withTemplateLocked(deps, ctx, templateId, work, options);
};
