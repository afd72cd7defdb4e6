import type { ForkResult } from "@nofx/contract-marketplace";
import { recordEvent, type TenantTransaction } from "@nofx/db-kit";
import { invalidManifest } from "@nofx/document";
import type { RequestContext } from "@nofx/service-kit";
import { toTemplatePublication, validateTemplate } from "@nofx/template";
import { noChecks } from "../checks/make-checks.ts";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { withTemplateLocked } from "../templates/change-template.ts";
import { createVersion } from "../templates/create-version.ts";
import { templateDetail } from "../templates/get-template.ts";
import { mayChange } from "../templates/may-change.ts";
import type { Template } from "../templates/template.store.ts";
import { findLocked, findVersion } from "../templates/version.store.ts";
import { checkFork } from "./check-fork.ts";
import { type ForkNames, forkManifest, forkObstacle } from "./fork.rules.ts";
import { findContents, insertFork } from "./fork.store.ts";

/** A fork to be, with everything that its caller has said of it. */
export interface ForkOrder extends ForkNames {
  /** Of the source; undefined: the current one. */
  readonly version?: string | undefined;
  readonly visibility: "private" | "public";
  readonly dryRun: boolean;
}

/** A fork and the change that it made; none after a dry run. */
export interface Forked {
  readonly result: ForkResult;
  readonly changeId: string | undefined;
}

/** The version to be copied, as far as the caller may read it. */
const readSource = async (trx: TenantTransaction<DB>, source: TemplateAddress, wanted: string | undefined) => {
  const template = await findLocked(trx, source);
  if (!template) throw problem("template_not_found");
  const version = wanted ?? template.summary.currentVersion;
  const found = await findVersion(trx, source, version);
  if (found?.version !== version) throw problem("version_not_found");
  const obstacle = forkObstacle(found.summary);
  if (obstacle) throw problem("fork_refused", { detail: obstacle });
  return { ...found, contents: await findContents(trx, source, found.document) };
};

/** Tells of the fork beside its publish, and its tenant only: the source may be known to fewer people than the fork. */
const recordFork = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  at: Date,
  { templateId, newVersion: version }: ForkOrder,
  forkedFrom: Readonly<Record<string, unknown>>,
): Promise<string> => {
  const resource = { resourceType: "template", resourceId: templateId, version };
  return await recordEvent(trx, ctx, at, {
    ...resource,
    type: "template.forked",
    visibility: "private",
    data: { forkedFrom },
  });
};

/**
 * Publishes what a version of a template is as a new template of the caller's, and keeps where it comes from. The source is
 * read in the transaction of the write, so that the same request again is answered alike, whatever became of the source.
 */
export const fork = async (
  deps: Deps,
  ctx: RequestContext,
  source: TemplateAddress,
  order: ForkOrder,
): Promise<Forked> => {
  const { templateId, visibility, dryRun } = order;
  const address = { tenant: ctx.tenantId, templateId };
  mayChange(ctx, address);
  const checked = await checkFork(deps, ctx, source, order);
  const work = async (trx: TenantTransaction<DB>, before: Template | undefined, at: Date): Promise<Forked> => {
    const { version, digest, document, contents } = await readSource(trx, source, order.version);
    if (before) throw problem("template_exists", { detail: `${templateId} is there already.` });
    const judged = validateTemplate(forkManifest(document, contents, order));
    if (!judged.valid) throw problem("manifest_invalid", invalidManifest(judged.errors, judged.warnings));
    const publication = toTemplatePublication(judged.manifest);
    const checks = checked?.of === digest ? checked.checks : noChecks;
    const first = { at, publication, sourceCommit: undefined, draft: false, visibility, checks };
    const created = await createVersion(trx, ctx, undefined, first);
    const origin = { ...source, version, digest };
    await insertFork(trx, address, { ...origin, forkedAt: at.toISOString() });
    const changeId = await recordFork(trx, ctx, at, order, origin);
    const template = await templateDetail(trx, created.template);
    return {
      result: { dryRun, template, version: created.version, warnings: [...judged.warnings, ...checks.warnings] },
      changeId: dryRun ? undefined : changeId,
    };
  };
  return await withTemplateLocked(deps, ctx, templateId, work, { dryRun });
};
