import type { Finding } from "@nofx/contract-kit";
import type { TemplateManifest, TemplatePublishResult, TemplateVersionSummary } from "@nofx/contract-marketplace";
import type { TenantTransaction } from "@nofx/db-kit";
import { invalidManifest, versionConflict } from "@nofx/document";
import type { RequestContext } from "@nofx/service-kit";
import { type TemplatePublication, templateDifferences, toTemplatePublication, validateTemplate } from "@nofx/template";
import { judgePublish, type PublishVerdict } from "@nofx/versioning";
import { type Check, checkPublication } from "../checks/before-publishing.ts";
import { checksTold } from "../checks/keep-checks.ts";
import { mayForce } from "../checks/may-force.ts";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { type Standing, withTemplateLocked } from "./change-template.ts";
import { createVersion } from "./create-version.ts";
import { inlinedPublication } from "./judge-version.ts";
import { mayChangeOwn } from "./may-change.ts";
import { recordTemplateEvent } from "./record-template-event.ts";
import type { Template } from "./template.store.ts";
import { updateTemplate } from "./template-writes.store.ts";
import { type FoundVersion, findVersion, inlined } from "./version.store.ts";

export interface PublishOptions {
  readonly dryRun: boolean;
  readonly draft: boolean;
  readonly visibility: "private" | "public" | undefined;
  /** A new version is created only while this is the current one; undefined: whichever is. */
  readonly onto?: string;
}

/** A publish and the change that it made, if it made one. */
export interface Published {
  readonly result: TemplatePublishResult;
  readonly changeId?: string;
}

/** Holds a publication against the same version as it stands, steps as steps. */
const judgeAgain = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  existing: FoundVersion | undefined,
  publication: TemplatePublication,
): Promise<PublishVerdict> => {
  if (!existing || existing.digest === publication.digest) {
    return judgePublish(existing, publication, templateDifferences);
  }
  const { templateId } = existing.document;
  const document = await inlined(trx, { tenant: ctx.tenantId, templateId }, existing.document);
  const given = { ...publication, document: inlinedPublication(publication) };
  return judgePublish({ ...existing, document }, given, templateDifferences);
};

/** The same version again changes at most who may see the template. */
const publishAgain = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  at: Date,
  before: Template,
  visibility: PublishOptions["visibility"],
): Promise<{ readonly template: Template; readonly changeId?: string }> => {
  if (!visibility) return { template: before };
  const address = { tenant: ctx.tenantId, templateId: before.summary.templateId };
  const template = await updateTemplate(trx, address, at, { visibility });
  const event = { type: "template.visibility_changed", before, after: template } as const;
  return { template, changeId: await recordTemplateEvent(trx, ctx, at, event) };
};

const answerOf = (
  outcome: TemplatePublishResult["outcome"],
  { template, changeId, change }: { template: Template; changeId?: string; change?: TemplatePublishResult["change"] },
  version: TemplateVersionSummary,
  about: Pick<TemplatePublishResult, "dryRun" | "warnings" | "lock" | "tests">,
): Published => ({
  result: { ...about, outcome, template: template.summary, version, ...(change && { change }) },
  ...(changeId !== undefined && { changeId }),
});

/** A valid manifest, and what was warned about. */
export interface JudgedManifest {
  readonly manifest: TemplateManifest;
  readonly warnings: readonly Finding[];
}

/** @throws manifest_invalid */
export const judgeManifest = (input: unknown): JudgedManifest => {
  const judged = validateTemplate(input);
  if (!judged.valid) throw problem("manifest_invalid", invalidManifest(judged.errors, judged.warnings));
  return judged;
};

/** A valid manifest as it is published. */
export interface Publishable {
  readonly publication: TemplatePublication;
  readonly sourceCommit: string | undefined;
  readonly warnings: readonly Finding[];
}

export const toPublishable = ({ manifest, warnings }: JudgedManifest): Publishable => ({
  publication: toTemplatePublication(manifest),
  sourceCommit: manifest.sourceCommit,
  warnings,
});

/**
 * Publishes one immutable version within a transaction that holds the template's lock. Checks concern a version that is not
 * there yet: what they throw ends the publish.
 */
export const publishLocked = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  { before, at }: Standing,
  { publication, sourceCommit, warnings }: Publishable,
  options: PublishOptions,
  check: Check,
): Promise<Published> => {
  const { templateId, version } = publication.document;
  const about = { dryRun: options.dryRun, warnings: [...warnings] };
  const existing = before && (await findVersion(trx, { tenant: ctx.tenantId, templateId }, version));
  const verdict = await judgeAgain(trx, ctx, existing, publication);
  if (verdict.outcome === "conflict") {
    throw problem("version_conflict", versionConflict(templateId, existing, verdict.difference));
  }
  if (options.onto !== undefined && !existing && before?.summary.currentVersion !== options.onto) {
    throw problem("precondition_failed");
  }
  const visibility = options.visibility === before?.summary.visibility ? undefined : options.visibility;
  if (before && existing) {
    return answerOf("identical", await publishAgain(trx, ctx, at, before, visibility), existing.summary, about);
  }
  const checks = await check();
  const order = { at, publication, sourceCommit, draft: options.draft, visibility, checks };
  const created = await createVersion(trx, ctx, before, order);
  const all = { ...about, warnings: [...about.warnings, ...created.warnings], ...checksTold(checks) };
  return answerOf("created", created, created.version, all);
};

/** Publishes one immutable version in a transaction of its own, with the checks that are given. */
export const publishChecked = async (
  deps: Deps,
  ctx: RequestContext,
  ready: Publishable,
  options: PublishOptions,
  check: Check,
): Promise<Published> => {
  const work = (trx: TenantTransaction<DB>, before: Template | undefined, at: Date): Promise<Published> =>
    publishLocked(trx, ctx, { before, at }, ready, options, check);
  return await withTemplateLocked(deps, ctx, ready.publication.document.templateId, work, { dryRun: options.dryRun });
};

/**
 * Publishes one immutable version. What is new is checked before the transaction: nobody waits for the registry under the
 * template's lock, which spans judgement and write. Of two racing publishers exactly one creates, and publishers of other
 * templates do not wait.
 */
export const publish = async (
  deps: Deps,
  ctx: RequestContext,
  input: unknown,
  { force, ...options }: PublishOptions & { readonly force: boolean },
): Promise<Published> => {
  mayForce(ctx, force);
  const ready = toPublishable(judgeManifest(input));
  mayChangeOwn(ctx, ready.publication.document.templateId);
  const check = await checkPublication(deps, ctx, ready.publication, { draft: options.draft, force });
  return await publishChecked(deps, ctx, ready, options, check);
};
