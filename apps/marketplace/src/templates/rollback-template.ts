import type { TemplateDetail } from "@nofx/contract-marketplace";
import type { TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import { rollbackObstacle } from "@nofx/versioning";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { changeTemplate } from "./change-template.ts";
import { templateDetail } from "./get-template.ts";
import { asCurrent, tellBuilder } from "./make-current.ts";
import { recordTemplateEvent } from "./record-template-event.ts";
import type { Template } from "./template.store.ts";
import { updateTemplate } from "./template-writes.store.ts";
import { findVersion } from "./version.store.ts";

export interface RolledBack {
  readonly template: TemplateDetail;
  readonly from: string;
  readonly to: string;
  readonly dryRun: boolean;
  /** None after a dry run. */
  readonly changeId: string | undefined;
}

/**
 * Makes an earlier version current again, with every field that follows from it; for the builder, that is a new state of a
 * prompt. The status stays: a disabled template is not revived. A dry run does the same, and is undone.
 */
export const rollBack = async (
  deps: Deps,
  ctx: RequestContext,
  templateId: string,
  order: { readonly targetVersion: string; readonly reason: string; readonly dryRun: boolean },
): Promise<RolledBack> => {
  const { dryRun, reason, targetVersion } = order;
  const address = { tenant: ctx.tenantId, templateId };
  const change = async (trx: TenantTransaction<DB>, before: Template, at: Date): Promise<RolledBack> => {
    const target = await findVersion(trx, address, targetVersion);
    if (target?.version !== targetVersion) throw problem("version_not_found");
    const from = before.summary.currentVersion;
    const obstacle = rollbackObstacle(from, target.summary);
    if (obstacle) throw problem("rollback_refused", { detail: obstacle });

    const current = asCurrent(target.document, new Date(target.summary.publishedAt));
    const after = await updateTemplate(trx, address, at, { current });
    await tellBuilder(trx, address, at, target.document);
    const details = { from, to: target.version };
    const event = { type: "template.rolled_back", before, after, version: target.version, reason, details } as const;
    const changeId = await recordTemplateEvent(trx, ctx, at, event);
    const template = await templateDetail(trx, after);
    return { template, from, to: target.version, dryRun, changeId: dryRun ? undefined : changeId };
  };
  return await changeTemplate(deps, ctx, templateId, change, { dryRun });
};
