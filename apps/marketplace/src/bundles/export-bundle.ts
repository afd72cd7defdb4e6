import { type BundleEntry, type BundleLimits, bundleLimits, indexText, type ListedEntry } from "@nofx/bundle";
import { canonicalForm, sha256 } from "@nofx/canonical";
import { bundleBodyLimits, type TemplateBundleContent } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { findDocument, findFile } from "../templates/template.store.ts";
import { documentPath, filePath, historyPath } from "./bundle-layout.rules.ts";
import { bundledTemplate, filesOf } from "./bundled-template.rules.ts";
import { type WrittenLock, writtenLocks } from "./export-locks.ts";
import { type ExportedTemplate, findHistory, listExported, type Selection } from "./exported-template.store.ts";

/** A bundle that is about to be written. */
export interface ExportedBundle {
  /** `bundle.json` */
  readonly index: string;
  /** Of the index, and so of everything. */
  readonly digest: string;
  /** In the order of the index; each is read when it is asked for. */
  readonly entries: AsyncGenerator<BundleEntry>;
}

/** A template with what was read of it for the index and is written as it was then. */
interface ListedTemplate extends ExportedTemplate {
  readonly locks: readonly WrittenLock[];
}

/** Templates that one query reads. */
const batchMax = 50;

/** All templates that are meant. @throws template_not_found, bundle_too_many_entries */
export const selectedTemplates = async (
  deps: Deps,
  ctx: RequestContext,
  selection: Selection,
): Promise<ExportedTemplate[]> => {
  const found: ExportedTemplate[] = [];
  for (;;) {
    const page = { after: found.at(-1)?.templateId ?? "", limit: batchMax };
    const batch = await listExported(deps.db, ctx, selection, page);
    found.push(...batch);
    if (found.length > bundleBodyLimits.templatesMax) throw problem("bundle_too_many_entries");
    if (batch.length < batchMax) break;
  }
  const ids = new Set(found.map(({ templateId }) => templateId));
  const missing = [...new Set(selection.ids)].filter((id) => !ids.has(id));
  if (missing.length === 0) return found;
  const message = (id: string) => `There is no template ${id} to which the other filters apply`;
  throw problem("template_not_found", {
    errors: missing.map((id) => ({ path: "$.query.id", message: message(id), code: "template_not_found" })),
  });
};

const historyText = async (deps: Deps, ctx: RequestContext, templateId: string, to: number): Promise<Buffer> =>
  Buffer.from(canonicalForm(await findHistory(deps.db, ctx, templateId, to)));

/** What the index lists of a template. Contents whose digests are known are not read for it. */
const listedEntries = async (deps: Deps, ctx: RequestContext, template: ListedTemplate): Promise<ListedEntry[]> => {
  const { templateId, versions, locks, historyTo } = template;
  const entries: ListedEntry[] = versions.map(({ facts, size, digest }) => ({
    path: documentPath(templateId, facts.version),
    size,
    digest,
  }));
  entries.push(...filesOf(template).map((file) => ({ path: filePath(templateId, file.digest), ...file })));
  entries.push(...locks.map(({ text: _text, ...listed }) => listed));
  if (historyTo !== undefined) {
    const history = await historyText(deps, ctx, templateId, historyTo);
    entries.push({ path: historyPath(templateId), size: history.length, digest: sha256(history) });
  }
  return entries;
};

/** Reads the locks of all templates, which are held in memory together. @throws bundle_too_large */
const withLocks = async (
  deps: Deps,
  ctx: RequestContext,
  templates: readonly ExportedTemplate[],
): Promise<ListedTemplate[]> => {
  const listed: ListedTemplate[] = [];
  let bytes = 0;
  for (const template of templates) {
    const locks = template.hasLocks ? await writtenLocks(deps, ctx, template.templateId) : [];
    const large = locks.find(({ size }) => size > bundleBodyLimits.lockBytesMax);
    bytes += locks.reduce((sum, { size }) => sum + size, 0);
    if (large || bytes > bundleBodyLimits.locksBytesMax) {
      throw problem("bundle_too_large", { members: { entry: large?.path } });
    }
    listed.push({ ...template, locks });
  }
  return listed;
};

/** What nobody could import is not exported either. */
const checkSize = (
  templates: readonly ExportedTemplate[],
  entries: readonly ListedEntry[],
  limits: BundleLimits,
): void => {
  if (entries.length > limits.entriesMax) throw problem("bundle_too_many_entries");
  // A header and a filled-up block for each entry.
  const total = entries.reduce((sum, { size }) => sum + size + 1024, 0);
  const large = entries.find(({ size }) => size > limits.entryBytesMax);
  const files = templates.flatMap(({ versions }) => versions.flatMap((version) => version.files));
  const work = files.reduce((sum, { size }) => sum + size, 0);
  if (total + limits.indexBytesMax > limits.bytesMax || work > bundleBodyLimits.versionFilesBytesMax || large) {
    throw problem("bundle_too_large", { members: { entry: large?.path } });
  }
};

const there = <T>(value: T | undefined, path: string): T => {
  if (value === undefined) throw new Error(`${path} is gone, and nothing that is published can go`);
  return value;
};

const contents = async function* (
  deps: Deps,
  ctx: RequestContext,
  templates: readonly ListedTemplate[],
): AsyncGenerator<BundleEntry> {
  for (const template of templates) {
    const { templateId, versions, locks, historyTo } = template;
    const address = { tenant: ctx.tenantId, templateId };
    for (const { facts } of versions) {
      const path = documentPath(templateId, facts.version);
      const { text } = there(await findDocument(deps.db, ctx, address, facts.version), path);
      yield { path, content: Buffer.from(text) };
    }
    for (const { digest } of filesOf(template)) {
      const path = filePath(templateId, digest);
      yield { path, content: there(await findFile(deps.db, ctx, address, digest), path) };
    }
    for (const { path, text } of locks) yield { path, content: Buffer.from(text) };
    if (historyTo !== undefined) {
      yield { path: historyPath(templateId), content: await historyText(deps, ctx, templateId, historyTo) };
    }
  }
};

/**
 * Makes a bundle: first the index of everything, then the contents, one after the other as they are written. What is
 * published never changes, histories only grow and locks are read for the index, so the contents are what it says.
 * @throws template_not_found, bundle_too_many_entries, bundle_too_large
 */
export const exportBundle = async (
  deps: Deps,
  ctx: RequestContext,
  selection: Selection,
  limits: BundleLimits = bundleLimits,
): Promise<ExportedBundle> => {
  const templates = await withLocks(deps, ctx, await selectedTemplates(deps, ctx, selection));
  const entries: ListedEntry[] = [];
  for (const template of templates) entries.push(...(await listedEntries(deps, ctx, template)));
  checkSize(templates, entries, limits);
  const content: TemplateBundleContent = { kind: "templates", templates: templates.map(bundledTemplate) };
  const { text: index, digest } = indexText(content, entries);
  return { index, digest, entries: contents(deps, ctx, templates) };
};
