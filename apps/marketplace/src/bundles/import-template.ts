import type { ProblemItem } from "@nofx/contract-kit";
import type { ImportedVersion } from "@nofx/contract-marketplace";
import { lockUntilEnd, type TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import { kindOf, type TemplatePublication } from "@nofx/template";
import { becomesCurrent } from "@nofx/versioning";
import type { DB } from "../db/schema.gen.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { asCurrent, tellBuilder } from "../templates/make-current.ts";
import { recordTemplateEvent } from "../templates/record-template-event.ts";
import { templateLock, timeAfter } from "../templates/template.rules.ts";
import type { Template } from "../templates/template.store.ts";
import { insertTemplate, insertVersion, updateTemplate } from "../templates/template-writes.store.ts";
import { findLocked, findVersion } from "../templates/version.store.ts";
import { insertBuilderFacts, insertHistory, keepTemplateFacts, keepVersionFacts } from "./imported-template.store.ts";
import { type JudgedVersion, judgeVersion } from "./judge-version.ts";
import type { ReadTemplate } from "./read-template-bundle.ts";

/** An import on its way. */
export interface ImportJob {
  readonly trx: TenantTransaction<DB>;
  readonly ctx: RequestContext;
  readonly now: Date;
  /** The bundle's digest. */
  readonly bundle: string;
  /** Whether a template that is new may be read by whom the bundle says; otherwise by its tenant only. */
  readonly keepsVisibility: boolean;
}

interface Imported {
  readonly items: ImportedVersion[];
  readonly changeId?: string;
}

type Valid = JudgedVersion & { readonly publication: TemplatePublication };
type Outcome = Pick<ImportedVersion, "outcome" | "errors">;

const because = (outcome: Outcome["outcome"], code: string, message: string): Outcome => ({
  outcome,
  errors: [{ path: "$", message, code } satisfies ProblemItem],
});

/** What becomes of a version, before anything is written. */
const outcomeOf = async (
  { trx }: ImportJob,
  address: TemplateAddress,
  kind: string,
  version: JudgedVersion,
): Promise<Outcome> => {
  if ("errors" in version) return { outcome: "invalid", errors: [...version.errors] };
  const own = kindOf(version.publication.document.content);
  if (own !== kind) return because("conflict", "kind_conflict", `The template is a ${kind}, and this is a ${own}`);
  const existing = await findVersion(trx, address, version.facts.version);
  if (!existing) return { outcome: "created" };
  if (existing.digest === version.digest) return { outcome: "unchanged" };
  const message = `${existing.version} is published with other content (${existing.digest})`;
  return because("conflict", "version_conflict", message);
};

const addVersion = async (job: ImportJob, address: TemplateAddress, at: Date, { facts, publication }: Valid) => {
  const { trx, ctx } = job;
  const origin = { publishedBy: ctx.subject, sourceCommit: facts.sourceCommit, at, draft: facts.status === "draft" };
  await insertVersion(trx, address, publication, origin);
  await keepVersionFacts(trx, address, facts);
};

/** The template with its current version, its past and where it is switched on. */
const addTemplate = async (
  { trx, ctx, keepsVisibility }: ImportJob,
  address: TemplateAddress,
  at: Date,
  { template, history }: ReadTemplate,
  { publication: { document } }: Valid,
): Promise<void> => {
  const visibility = keepsVisibility ? template.visibility : "private";
  await insertTemplate(trx, address, { ownerId: ctx.subject, visibility, current: asCurrent(document, at) });
  await keepTemplateFacts(trx, address, template);
  if (history) await insertHistory(trx, address, history);
  else await tellBuilder(trx, address, at, document);
  if (template.builder) await insertBuilderFacts(trx, address, template.builder, { by: ctx.subject, at });
};

/** The current version moves only up, and only to one that has just come. */
const changeTemplate = async (
  { trx }: ImportJob,
  address: TemplateAddress,
  at: Date,
  before: Template,
  current: Valid | undefined,
): Promise<void> => {
  const document = current?.publication.document;
  const moves = document && becomesCurrent(before.summary.currentVersion, document.version);
  await updateTemplate(trx, address, at, { current: moves ? asCurrent(document, at) : undefined });
  if (moves) await tellBuilder(trx, address, at, document);
};

/** Tells of each version as a publish does, and then of the import. */
const record = async (
  { trx, ctx, bundle }: ImportJob,
  address: TemplateAddress,
  at: Date,
  before: Template | undefined,
  created: readonly Valid[],
): Promise<string> => {
  const after = await findLocked(trx, address);
  if (!after) throw new Error(`${address.templateId} is gone within its own transaction`);
  for (const { facts, digest } of created) {
    const { version, status } = facts;
    const details = { digest, ...(status !== "active" && { status }) };
    const event = { type: "template.version_published", before, after, version, details } as const;
    await recordTemplateEvent(trx, ctx, at, { ...event, isUnreleased: status === "draft" });
  }
  const isUnreleased = created.every(({ facts }) => facts.status === "draft");
  const details = { source: bundle, versions: created.length };
  const { currentVersion: version } = after.summary;
  return await recordTemplateEvent(trx, ctx, at, {
    type: "template.imported",
    before,
    after,
    version,
    details,
    isUnreleased,
  });
};

/** A template cannot begin without its current version: then none of the others can come either. */
const unstartable = (judged: readonly JudgedVersion[], currentVersion: string): Outcome[] =>
  judged.map((one) =>
    "errors" in one
      ? { outcome: "invalid", errors: [...one.errors] }
      : because("invalid", "current_invalid", `The template cannot begin: ${currentVersion} is not valid`),
  );

/** Imports what can be imported of a template, under its lock, and explains the rest. */
export const importTemplate = async (job: ImportJob, read: ReadTemplate): Promise<Imported> => {
  const { trx, ctx, now } = job;
  const { templateId, currentVersion } = read.template;
  const address = { tenant: ctx.tenantId, templateId };
  await lockUntilEnd(trx, templateLock(ctx.tenantId, templateId));
  const before = await findLocked(trx, address);
  const judged = read.versions.map(judgeVersion);
  const first = judged.find((one): one is Valid => one.facts.version === currentVersion && "publication" in one);
  const kind = before?.summary.kind ?? (first && kindOf(first.publication.document.content));
  const outcomes = kind === undefined ? unstartable(judged, currentVersion) : [];
  if (kind !== undefined) for (const one of judged) outcomes.push(await outcomeOf(job, address, kind, one));
  const items = judged.map(({ facts: { version }, digest }, index) => ({
    ...{ templateId, version, digest },
    ...(outcomes[index] as Outcome),
  }));
  const created = judged.filter((one, index): one is Valid => outcomes[index]?.outcome === "created");
  if (created.length === 0) return { items };
  const at = timeAfter(now, before?.summary.updatedAt);
  const newest = created.find((one) => one === first);
  if (before) await changeTemplate(job, address, at, before, newest);
  else await addTemplate(job, address, at, read, first as Valid);
  for (const one of created) await addVersion(job, address, at, one);
  return { items, changeId: await record(job, address, at, before, created) };
};
