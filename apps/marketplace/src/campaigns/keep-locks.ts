import type { TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { DB } from "../db/schema.gen.ts";
import { saveLock } from "../plans/lock.store.ts";
import { recordTemplateEvent } from "../templates/record-template-event.ts";
import type { HeldUpgrade } from "./hold-locks.ts";
import type { TemplateStanding } from "./read-standing.ts";

/** Keeps the locks of an upgrade with the current version, under the template's lock; those that are kept already stay. */
export const keepLocks = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  at: Date,
  { template, current, locks }: TemplateStanding,
  upgraded: readonly HeldUpgrade[],
  campaignId: string,
): Promise<void> => {
  const { templateId } = current.document;
  const { version } = current;
  for (const { environment, lock, digest, isPublic } of upgraded) {
    const kept = locks.find(({ stored }) => stored.environment === environment);
    if (kept?.stored.digest === digest && kept.isPublic === isPublic) continue;
    const stored = { ...(environment !== undefined && { environment }), lock, digest };
    const address = { tenant: ctx.tenantId, templateId, version, environment };
    await saveLock(trx, address, {
      stored: { ...stored, lockedAt: at.toISOString(), lockedBy: ctx.subject },
      isPublic,
    });
    const details = { digest, strategy: lock.strategy, ...(environment !== undefined && { environment }), campaignId };
    await recordTemplateEvent(trx, ctx, at, {
      type: "template.version_locked",
      before: template,
      after: template,
      version,
      details,
      isUnreleased: !isPublic || current.summary.status === "draft",
    });
  }
};
