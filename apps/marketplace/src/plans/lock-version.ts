import type { ProblemItem } from "@nofx/contract-kit";
import type { StoredLock } from "@nofx/contract-marketplace";
import { keptOrNew, type TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { Strategy } from "@nofx/template";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { withTemplateLocked } from "../templates/change-template.ts";
import { mayChange } from "../templates/may-change.ts";
import { recordTemplateEvent } from "../templates/record-template-event.ts";
import type { Template } from "../templates/template.store.ts";
import { findKeptLock, type KeptLock, type LockAddress, saveLock } from "./lock.store.ts";
import { plannedRun } from "./planned-version.ts";
import { resolveLock } from "./resolve-lock.ts";

/** A lock that is to be kept. */
export interface LockOrder {
  readonly version: string;
  readonly environment: string | undefined;
  readonly strategy: Strategy;
}

/** What became of it, and the change that it made. */
export interface LockedVersion {
  readonly outcome: "created" | "changed" | "unchanged";
  readonly lock: StoredLock;
  readonly warnings: ProblemItem[];
  readonly changeId?: string;
}

const isSame = (before: KeptLock, after: KeptLock): boolean =>
  before.stored.digest === after.stored.digest && before.isPublic === after.isPublic;

/**
 * Resolves the dependencies of one of the tenant's versions and keeps the lock. The registry is asked before the
 * transaction: what a version depends on never changes, and nobody waits for the network under the template's lock.
 */
const lockAnew = async (
  deps: Deps,
  ctx: RequestContext,
  templateId: string,
  { version, environment, strategy }: LockOrder,
): Promise<LockedVersion> => {
  const address: LockAddress = { tenant: ctx.tenantId, templateId, version, environment };
  mayChange(ctx, address);
  const run = await plannedRun(deps, ctx, address, { version, environment });
  const resolved = await resolveLock(deps, ctx, run.version, { environment: run.environment, strategy });
  const { lock, digest, warnings } = resolved;
  const isPublic = resolved.isPublic && !run.isKept;
  const keep = async (trx: TenantTransaction<DB>, template: Template | undefined, at: Date): Promise<LockedVersion> => {
    if (!template) throw problem("template_not_found");
    const before = await findKeptLock(trx, address);
    const stored = { ...(environment !== undefined && { environment }), lock, digest };
    const after = { stored: { ...stored, lockedAt: at.toISOString(), lockedBy: ctx.subject }, isPublic };
    if (before && isSame(before, after)) return { outcome: "unchanged", lock: before.stored, warnings };
    await saveLock(trx, address, after);
    const changeId = await recordTemplateEvent(trx, ctx, at, {
      type: "template.version_locked",
      before: template,
      after: template,
      version,
      details: { digest, strategy, ...(environment !== undefined && { environment }) },
      isUnreleased: !isPublic || run.version.summary.status === "draft",
    });
    return { outcome: before ? "changed" : "created", lock: after.stored, warnings, changeId };
  };
  return await withTemplateLocked(deps, ctx, templateId, keep, { dryRun: false });
};

/** The same, and for a request that comes again its first answer, also while the registry is down. */
export const lockVersion = (
  deps: Deps,
  ctx: RequestContext,
  templateId: string,
  order: LockOrder,
): Promise<LockedVersion> => keptOrNew(deps.db, ctx, () => lockAnew(deps, ctx, templateId, order));
