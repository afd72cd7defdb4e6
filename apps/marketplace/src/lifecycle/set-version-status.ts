import type { Finding, OperationInput } from "@nofx/contract-kit";
import type {
  setTemplateVersionStatus as SetVersionStatus,
  TemplateSummary,
  TemplateVersionSummary,
} from "@nofx/contract-marketplace";
import type { TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import { becomesCurrent, judgeVersionOrder, type VersionSurroundings } from "@nofx/versioning";
import type { Check } from "../checks/before-publishing.ts";
import { checkRelease } from "../checks/check-release.ts";
import { checksInFeed, keepChecks } from "../checks/keep-checks.ts";
import { noChecks } from "../checks/make-checks.ts";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { changeTemplate, type Standing } from "../templates/change-template.ts";
import { asCurrent, settleCurrent } from "../templates/make-current.ts";
import { recordTemplateEvent } from "../templates/record-template-event.ts";
import type { Template } from "../templates/template.store.ts";
import { updateTemplate } from "../templates/template-writes.store.ts";
import { findVersion } from "../templates/version.store.ts";
import { updateVersionStatus, versionSuccessors } from "./lifecycle.store.ts";

/** A status that a version is to have. */
export type VersionStatusOrder = OperationInput<typeof SetVersionStatus>["body"] & { readonly version: string };

interface VersionStatusResult {
  readonly outcome: "changed" | "unchanged";
  readonly template: TemplateSummary;
  readonly version: TemplateVersionSummary;
  /** About the dependencies and tests of a draft that was released. */
  readonly warnings?: Finding[];
  readonly changeId?: string;
}

/** What points at versions of a template, and what the order names. */
const surroundings = async (
  trx: TenantTransaction<DB>,
  template: TemplateSummary,
  { successor }: VersionStatusOrder,
): Promise<VersionSurroundings> => ({
  current: template.currentVersion,
  others: [],
  successors: await versionSuccessors(trx, template),
  found: successor === undefined ? undefined : (await findVersion(trx, template, successor))?.summary,
});

/** Changes a version's status within a transaction that holds its template's lock. */
export const changeVersionStatus = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  { before, at }: Standing<Template>,
  order: VersionStatusOrder,
  check: Check,
): Promise<VersionStatusResult> => {
  const { version, status, reason, successor } = order;
  const address = { tenant: ctx.tenantId, templateId: before.summary.templateId };
  const target = await findVersion(trx, address, version);
  if (target?.version !== version) throw problem("version_not_found");
  const verdict = judgeVersionOrder(target.summary, order, at, await surroundings(trx, before.summary, order));
  if (verdict.outcome === "refused") throw problem(verdict.code, { detail: verdict.detail });
  if (verdict.outcome === "unchanged") {
    return { outcome: "unchanged", template: before.summary, version: target.summary };
  }
  const from = target.summary.status;
  const isReleased = from === "draft" && status === "active";
  const checks = isReleased ? await check() : noChecks;
  const moves = from === "draft" && becomesCurrent(before.summary.currentVersion, version);
  const current = moves ? asCurrent(target.document, new Date(target.summary.publishedAt)) : undefined;
  await keepChecks(trx, ctx, at, { ...address, version }, checks);
  const changed = await updateVersionStatus(trx, address, version, verdict.change);
  const after = await updateTemplate(trx, address, at, { current });
  if (moves) await settleCurrent(trx, address, at, target.document);
  const details = { from, to: status, ...(successor !== undefined && { successor }), ...checksInFeed(checks) };
  const event = { type: "template.version_status_changed", before, after, version, reason, details } as const;
  const changeId = await recordTemplateEvent(trx, ctx, at, event);
  const warnings = [...checks.warnings];
  const told = { template: after.summary, version: changed, ...(warnings.length > 0 && { warnings }) };
  return { outcome: "changed", ...told, changeId };
};

/**
 * Changes the status of a version of one of the tenant's templates. A draft's release is checked and moves the current
 * version as a publish would; for the builder, that is a new state of a prompt.
 */
export const setVersionStatus = async (
  deps: Deps,
  ctx: RequestContext,
  templateId: string,
  order: VersionStatusOrder,
): Promise<VersionStatusResult> => {
  const check = await checkRelease(deps, ctx, templateId, order);
  return await changeTemplate(
    deps,
    ctx,
    templateId,
    (trx, before, at) => changeVersionStatus(trx, ctx, { before, at }, order, check),
    { dryRun: false },
  );
};
