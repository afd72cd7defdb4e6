import type { Finding } from "@nofx/contract-kit";
import type { TemplatePublishResult, TemplateVersionSummary, TestBadge } from "@nofx/contract-marketplace";
import type { TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { TemplatePublication } from "@nofx/template";
import { becomesCurrent, type JudgedNumber } from "@nofx/versioning";
import { categoriesIn } from "../categories/category.store.ts";
import { unknownCategory } from "../categories/unknown-category.ts";
import { checksInFeed, keepChecks, overriddenInAudit } from "../checks/keep-checks.ts";
import type { Checks } from "../checks/make-checks.ts";
import type { DB } from "../db/schema.gen.ts";
import { problem } from "../problem.ts";
import { judgeVersion } from "./judge-version.ts";
import { asCurrent, settleCurrent } from "./make-current.ts";
import { recordTemplateEvent } from "./record-template-event.ts";
import { derivedFields } from "./template.rules.ts";
import type { Template } from "./template.store.ts";
import { insertTemplate, insertVersion, updateTemplate } from "./template-writes.store.ts";

/** A version to be, with everything that its caller has said of it. */
export interface NewVersion {
  readonly at: Date;
  readonly publication: TemplatePublication;
  readonly sourceCommit: string | undefined;
  readonly draft: boolean;
  /** To be set; undefined: as it is, or private for a new template. */
  readonly visibility: "private" | "public" | undefined;
  /** What was found out about it, to be kept. */
  readonly checks: Checks;
}

/** What became of it. */
export interface CreatedVersion {
  readonly template: Template;
  readonly version: TemplateVersionSummary;
  readonly change: TemplatePublishResult["change"];
  readonly warnings: readonly Finding[];
  readonly changeId: string;
}

/** Creates the template with its first version, or takes the version over if it becomes the current one. */
const saveTemplate = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  before: Template | undefined,
  { at, publication, draft, visibility }: NewVersion,
): Promise<Template> => {
  const { document } = publication;
  const address = { tenant: ctx.tenantId, templateId: document.templateId };
  const moves = !draft && becomesCurrent(before?.summary.currentVersion, document.version);
  const current = asCurrent(document, at);
  if (before) return await updateTemplate(trx, address, at, { visibility, current: moves ? current : undefined });
  if (draft) throw problem("draft_needs_release");
  return await insertTemplate(trx, address, { ownerId: ctx.subject, visibility: visibility ?? "private", current });
};

/** A template whose current version has just been tested, if it is this one. */
const withTests = (template: Template, version: string, tests: TestBadge | undefined): Template =>
  tests && template.summary.currentVersion === version
    ? { ...template, summary: { ...template.summary, tests } }
    : template;

/**
 * Writes a version that is not there yet, under the template's lock.
 * @throws kind_conflict, version_bump_too_small, draft_needs_release
 */
export const createVersion = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  before: Template | undefined,
  order: NewVersion,
): Promise<CreatedVersion> => {
  const { at, publication, draft, sourceCommit, checks } = order;
  const { document, digest } = publication;
  const { kind } = derivedFields(document);
  if (before && before.summary.kind !== kind) {
    throw problem("kind_conflict", {
      detail: `${document.templateId} is a ${before.summary.kind}, and this is a ${kind}.`,
    });
  }
  const address = { tenant: ctx.tenantId, templateId: document.templateId };
  const judged: JudgedNumber = before ? await judgeVersion(trx, address, publication) : { warnings: [] };
  const saved = await saveTemplate(trx, ctx, before, order);
  const inserted = await insertVersion(trx, address, publication, {
    publishedBy: ctx.subject,
    sourceCommit,
    at,
    draft,
  });
  const tests = await keepChecks(trx, ctx, at, { ...address, version: document.version }, checks);
  const template = withTests(saved, document.version, tests);
  if (template.summary.currentVersion === document.version) await settleCurrent(trx, address, at, document);
  const changeId = await recordTemplateEvent(trx, ctx, at, {
    type: "template.version_published",
    before,
    after: template,
    version: document.version,
    details: { digest, ...(draft && { status: "draft" }), ...checksInFeed(checks) },
    audited: overriddenInAudit(checks),
    isUnreleased: draft,
  });
  const { category } = document;
  const known = category === undefined ? [] : unknownCategory(category, await categoriesIn(trx));
  return {
    template,
    version: { ...inserted, ...(tests && { tests }) },
    change: judged.change,
    warnings: [...judged.warnings, ...checks.warnings, ...known],
    changeId,
  };
};
