import { canonicalForm } from "@nofx/canonical";
import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import { classifyTemplates, mergePatch } from "@nofx/template";
import { versionAfter } from "@nofx/versioning";
import { findContents } from "../forks/fork.store.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { asManifest } from "../templates/as-manifest.rules.ts";
import type { Standing } from "../templates/change-template.ts";
import { inlinedPublication } from "../templates/judge-version.ts";
import { judgeManifest, publishLocked, toPublishable } from "../templates/publish-template.ts";
import type { Template } from "../templates/template.store.ts";
import { type FoundVersion, findVersion, highestVersions, inlined } from "../templates/version.store.ts";
import { retagged } from "./bulk.rules.ts";
import type { BulkWrite, Done } from "./carry-out-bulk.ts";

/** What is to become of the document of the current version. */
export interface DocumentChange {
  /** A JSON Merge Patch (RFC 7396). */
  readonly changes: Readonly<Record<string, unknown>>;
  /** Undefined: the least that says honestly what changes. */
  readonly version?: string | undefined;
}

/** The least version above the current one; if that is taken, as it may be after a rollback, above the highest of all. */
export const leastFree = async (
  { trx }: Pick<BulkWrite, "trx">,
  address: TemplateAddress,
  current: TemplateVersionDocument,
  next: TemplateVersionDocument,
): Promise<string> => {
  const above = async (document: TemplateVersionDocument): Promise<string> =>
    versionAfter(document.version, classifyTemplates(await inlined(trx, address, document), next).bump);
  const least = await above(current);
  if (!(await findVersion(trx, address, least))) return least;
  const [highest] = await highestVersions(trx, address, 1);
  const found = (await findVersion(trx, address, highest?.version ?? least)) as FoundVersion;
  return await above(found.document);
};

/** Publishes the current version with changes as the next one, files included. Nothing, if nothing would change. */
export const updateDocument = async (
  write: BulkWrite,
  standing: Standing<Template>,
  { changes, version }: DocumentChange,
): Promise<Done> => {
  const { trx, ctx } = write;
  const { templateId, currentVersion } = standing.before.summary;
  const address = { tenant: ctx.tenantId, templateId };
  const { document } = (await findVersion(trx, address, currentVersion)) as FoundVersion;
  const changed = mergePatch(document, changes) as TemplateVersionDocument;
  if (version === undefined && canonicalForm(changed) === canonicalForm(document)) {
    return { templateId, outcome: "unchanged", version: currentVersion };
  }
  const manifest = asManifest(changed, await findContents(trx, address, document));
  const { manifest: valid, warnings } = judgeManifest({ ...manifest, version: version ?? currentVersion });
  const first = toPublishable({ manifest: valid, warnings });
  const number = version ?? (await leastFree(write, address, document, inlinedPublication(first.publication)));
  const ready = toPublishable({ manifest: { ...valid, version: number }, warnings });
  const options = { dryRun: false, draft: false, visibility: undefined };
  const check = write.checkOf(ready.publication, { draft: false, force: false });
  const { result, changeId } = await publishLocked(trx, ctx, standing, ready, options, check);
  return { templateId, outcome: result.outcome, version: number, warnings: result.warnings, changeId };
};

/** Publishes the current version with other tags. */
export const changeTags = async (
  write: BulkWrite,
  standing: Standing<Template>,
  order: Parameters<typeof retagged>[1],
): Promise<Done> => {
  const { tags: before, templateId, currentVersion: version } = standing.before.summary;
  const tags = retagged(before, order);
  if (tags.join() === before.join()) return { templateId, outcome: "unchanged", version };
  return await updateDocument(write, standing, { changes: { tags: tags.length > 0 ? tags : null } });
};

/** Publishes the current version with another category, or none. */
export const moveTemplate = (
  write: BulkWrite,
  standing: Standing<Template>,
  { category }: { readonly category: string | null },
): Promise<Done> => updateDocument(write, standing, { changes: { category } });
