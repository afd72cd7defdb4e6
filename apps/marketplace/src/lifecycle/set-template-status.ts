import type { OperationInput } from "@nofx/contract-kit";
import type {
  setTemplateStatus as SetTemplateStatus,
  TemplateImpact,
  TemplateSummary,
} from "@nofx/contract-marketplace";
import type { TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { changeTemplate } from "../templates/change-template.ts";
import { recordTemplateEvent } from "../templates/record-template-event.ts";
import type { Template } from "../templates/template.store.ts";
import { updateTemplate } from "../templates/template-writes.store.ts";
import { impactOf } from "./impact.ts";
import { judgeTemplateOrder } from "./lifecycle.rules.ts";
import { lockSuccessor } from "./lifecycle.store.ts";

interface TemplateStatusResult {
  readonly outcome: "changed" | "unchanged";
  readonly dryRun: boolean;
  readonly template: TemplateSummary;
  readonly impact: TemplateImpact;
  readonly changeId?: string;
}

/** Deprecates, disables or revives one of the tenant's templates, or amends why; tells whom that concerns. */
export const setTemplateStatus = async (
  deps: Deps,
  ctx: RequestContext,
  templateId: string,
  order: OperationInput<typeof SetTemplateStatus>["body"] & { readonly dryRun: boolean },
): Promise<TemplateStatusResult> => {
  const { dryRun, status, reason } = order;
  const successor = order.successor && {
    tenant: order.successor.tenant ?? ctx.tenantId,
    templateId: order.successor.templateId,
  };
  const change = async (trx: TenantTransaction<DB>, before: Template, at: Date): Promise<TemplateStatusResult> => {
    const known = successor && (await lockSuccessor(trx, successor));
    const wanted = { status, reason, successor };
    const verdict = judgeTemplateOrder({ resource: before.summary, order: wanted, successor: known, at });
    if (verdict.outcome === "refused") throw problem(verdict.code, { detail: verdict.detail });
    if (verdict.outcome === "unchanged") {
      return { outcome: "unchanged", dryRun, template: before.summary, impact: await impactOf(trx, before, before) };
    }
    const after = await updateTemplate(trx, before.summary, at, { status: verdict.change });
    const details = { from: before.summary.status, to: status, ...(successor && { successor }) };
    const event = { type: "template.status_changed", before, after, reason, details } as const;
    const changeId = await recordTemplateEvent(trx, ctx, at, event);
    const impact = await impactOf(trx, before, after);
    return { outcome: "changed", dryRun, template: after.summary, impact, ...(!dryRun && { changeId }) };
  };
  return await changeTemplate(deps, ctx, templateId, change, { dryRun });
};
