import type { ImportedLock, StoredLock } from "@nofx/contract-marketplace";
import type { TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { DB } from "../db/schema.gen.ts";
import { findKeptLock, type LockAddress, saveLock } from "../plans/lock.store.ts";
import { recordTemplateEvent } from "../templates/record-template-event.ts";
import type { Template } from "../templates/template.store.ts";
import type { JudgedLock } from "./judge-lock.ts";

/** The version that locks are for, which is there by now. */
interface LockedVersion {
  readonly template: Template;
  readonly address: Omit<LockAddress, "environment">;
  readonly at: Date;
}

interface ImportedLocks {
  readonly locks: ImportedLock[];
  readonly changeId?: string | undefined;
}

/** Keeps a lock, and tells its tenant: whether others may read of all that is in it, nobody has looked up. */
const keep = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  { template, address, at }: LockedVersion,
  environment: string | undefined,
  { lock, digest }: NonNullable<JudgedLock["meant"]>,
): Promise<string> => {
  const named = environment !== undefined && { environment };
  const stored = { ...named, lock, digest, lockedAt: at.toISOString(), lockedBy: ctx.subject };
  await saveLock(trx, { ...address, environment }, { stored, isPublic: false });
  return await recordTemplateEvent(trx, ctx, at, {
    type: "template.version_locked",
    before: template,
    after: template,
    version: address.version,
    details: { digest, strategy: lock.strategy, ...named },
    isUnreleased: true,
  });
};

/** What becomes of a lock that fits its version, before anything is written. */
const outcomeBeside = (kept: StoredLock | undefined, digest: string): Pick<ImportedLock, "outcome" | "errors"> => {
  if (!kept) return { outcome: "created" };
  if (kept.digest === digest) return { outcome: "unchanged" };
  const message = `Another lock is kept (${kept.digest})`;
  return { outcome: "conflict", errors: [{ path: "$.lock", code: "lock_conflict", message }] };
};

/** Keeps the locks of a version that fit it and that have no other in their place. */
export const importLocks = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  version: LockedVersion,
  judged: readonly JudgedLock[],
): Promise<ImportedLocks> => {
  const locks: ImportedLock[] = [];
  let changeId: string | undefined;
  for (const { environment, meant, errors } of judged) {
    const told = { ...(environment !== undefined && { environment }), ...(meant && { digest: meant.digest }) };
    if (!meant || errors) {
      locks.push({ ...told, outcome: "invalid", errors: [...(errors ?? [])] });
      continue;
    }
    const kept = await findKeptLock(trx, { ...version.address, environment });
    const beside = outcomeBeside(kept?.stored, meant.digest);
    if (beside.outcome === "created") changeId = await keep(trx, ctx, version, environment, meant);
    locks.push({ ...told, ...beside });
  }
  return { locks, changeId };
};
