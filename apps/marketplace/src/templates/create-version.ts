import type { Finding } from "@nofx/contract-kit";
import type { TemplatePublishResult, TemplateVersionSummary } from "@nofx/contract-marketplace";
import type { TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { TemplatePublication } from "@nofx/template";
import { becomesCurrent, type JudgedNumber } from "@nofx/versioning";
import { categoriesIn } from "../categories/category.store.ts";
import { unknownCategory } from "../categories/unknown-category.ts";
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
  const { at, publication, draft, sourceCommit } = order;
  const { document, digest } = publication;
  const { kind } = derivedFields(document);
  if (before && before.summary.kind !== kind) {
    throw problem("kind_conflict", {
      detail: `${document.templateId} is a ${before.summary.kind}, and this is a ${kind}.`,
    });
  }
  const address = { tenant: ctx.tenantId, templateId: document.templateId };
  const judged: JudgedNumber = before ? await judgeVersion(trx, address, publication) : { warnings: [] };
  const template = await saveTemplate(trx, ctx, before, order);
  const version = await insertVersion(trx, address, publication, { publishedBy: ctx.subject, sourceCommit, at, draft });
  if (template.summary.currentVersion === document.version) await settleCurrent(trx, address, at, document);
  const changeId = await recordTemplateEvent(trx, ctx, at, {
    type: "template.version_published",
    before,
    after: template,
    version: document.version,
    details: { digest, ...(draft && { status: "draft" }) },
    isUnreleased: draft,
  });
  const { category } = document;
  const known = category === undefined ? [] : unknownCategory(category, await categoriesIn(trx));
  return { template, version, change: judged.change, warnings: [...judged.warnings, ...known], changeId };
};
