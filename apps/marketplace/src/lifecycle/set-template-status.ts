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
import type { TemplateAddress } from "../templates/address.ts";
import { changeTemplate, type Standing } from "../templates/change-template.ts";
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

/** A status that is to be set, with the successor's full name. */
export interface TemplateStatusOrder {
  readonly status: TemplateSummary["status"];
  readonly reason: string;
  readonly successor?: TemplateAddress | undefined;
}

/** A template after an order to change its status, which may have been so already. */
export interface ChangedStatus {
  readonly outcome: "changed" | "unchanged";
  readonly after: Template;
  readonly changeId?: string;
}

/** Changes a template's status within a transaction that holds its lock. @throws successor_refused */
export const changeTemplateStatus = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  { before, at }: Standing<Template>,
  { status, reason, successor }: TemplateStatusOrder,
): Promise<ChangedStatus> => {
  const known = successor && (await lockSuccessor(trx, successor));
  const wanted = { status, reason, successor };
  const verdict = judgeTemplateOrder({ resource: before.summary, order: wanted, successor: known, at });
  if (verdict.outcome === "refused") throw problem(verdict.code, { detail: verdict.detail });
  if (verdict.outcome === "unchanged") return { outcome: "unchanged", after: before };
  const after = await updateTemplate(trx, before.summary, at, { status: verdict.change });
  const details = { from: before.summary.status, to: status, ...(successor && { successor }) };
  const event = { type: "template.status_changed", before, after, reason, details } as const;
  return { outcome: "changed", after, changeId: await recordTemplateEvent(trx, ctx, at, event) };
};

type Order = OperationInput<typeof SetTemplateStatus>["body"] & { readonly dryRun: boolean };

/** A successor without a tenant is the caller's own. */
export const fullSuccessor = (ctx: RequestContext, successor: Order["successor"]): TemplateAddress | undefined =>
  successor && { tenant: successor.tenant ?? ctx.tenantId, templateId: successor.templateId };

/** Deprecates, disables or revives one of the tenant's templates, or amends why; tells whom that concerns. */
export const setTemplateStatus = async (
  deps: Deps,
  ctx: RequestContext,
  templateId: string,
  { dryRun, ...given }: Order,
): Promise<TemplateStatusResult> => {
  const order = { ...given, successor: fullSuccessor(ctx, given.successor) };
  const change = async (trx: TenantTransaction<DB>, before: Template, at: Date): Promise<TemplateStatusResult> => {
    const { outcome, after, changeId } = await changeTemplateStatus(trx, ctx, { before, at }, order);
    const impact = await impactOf(trx, before, after);
    const told = !dryRun && changeId !== undefined && { changeId };
    return { outcome, dryRun, template: after.summary, impact, ...told };
  };
  return await changeTemplate(deps, ctx, templateId, change, { dryRun });
};
