import {
  type BundleEntry,
  BundleError,
  type JsonBundle,
  jsonEntry,
  type ListedEntry,
  type OpenBundle,
  openBundle,
  readJson,
  readTar,
} from "@nofx/bundle";
import { PublishedFile, RawBody } from "@nofx/contract-kit";
import {
  BundledHistory,
  type BundledTemplate,
  type BundledVersion,
  bundleBodyLimits,
} from "@nofx/contract-marketplace";
import { kindOf } from "@nofx/template";
import { z } from "zod";
import type { PlannedTemplate } from "./bundle-layout.rules.ts";
import { bundleProblem } from "./bundle-problem.ts";
import { plannedTemplates } from "./planned-templates.ts";
import { type ReadLock, readEntry, readLock, refuse } from "./read-entry.ts";

/** A bundle as it was sent. */
export type BundleBody = JsonBundle | RawBody;

/** A version of a bundle: its document is what it says it is, and has its files. Whether it is valid, nobody has judged. */
export interface ReadVersion {
  readonly facts: BundledVersion;
  readonly digest: string;
  /** As publishers send it, with the contents of the files. */
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly files: readonly PublishedFile[];
  readonly locks: readonly ReadLock[];
}

/** A template of a bundle with everything that belongs to it. */
export interface ReadTemplate {
  readonly template: BundledTemplate;
  readonly versions: readonly ReadVersion[];
  readonly history: BundledHistory | undefined;
  /** Of the files, by digest. */
  readonly contents: ReadonlyMap<string, Buffer>;
}

const Document = z.looseObject({
  templateId: z.string(),
  version: z.string(),
  content: z.record(z.string(), z.unknown()),
  files: z.array(PublishedFile).optional(),
});

/** Takes the next entries of the bundle, which are those of the plan: their order was checked before. */
const take = async (entries: AsyncGenerator<BundleEntry>, count: number): Promise<BundleEntry[]> => {
  const taken: BundleEntry[] = [];
  while (taken.length < count) taken.push((await entries.next()).value as BundleEntry);
  return taken;
};

/** The files of a template: their bytes to keep, and once for all versions the form in which publishers send them. */
const readFiles = (listed: readonly ListedEntry[], entries: readonly BundleEntry[]) =>
  new Map(
    listed.map(({ digest }, index) => {
      const { content } = entries[index] as BundleEntry;
      return [digest, { content, sent: jsonEntry(content) }] as const;
    }),
  );

const toVersion = (
  { templateId, versions }: BundledTemplate,
  entry: BundleEntry,
  index: number,
  files: ReturnType<typeof readFiles>,
): Omit<ReadVersion, "digest" | "locks"> => {
  const facts = versions[index] as BundledVersion;
  const document = readEntry(Document, entry);
  if (document.templateId !== templateId || document.version !== facts.version) {
    throw refuse(entry.path, `The document is that of ${document.templateId} ${document.version}`);
  }
  const sent = document.files?.map(({ path, size, digest }) => {
    const file = files.get(digest);
    if (file?.content.length !== size) {
      throw refuse(entry.path, `The bundle lacks the file ${path}, or it has another size`);
    }
    return { path, ...file.sent };
  });
  return { facts, manifest: { ...document, ...(sent && { files: sent }) }, files: document.files ?? [] };
};

/** Many versions may share a file, so a small bundle can be much work: it has the limit that it would have unshared. */
const checkWork = (versions: readonly Pick<ReadVersion, "files">[], before: number): number => {
  const each = versions.map(({ files }) => files.reduce((sum, { size }) => sum + size, 0));
  const total = each.reduce((sum, bytes) => sum + bytes, before);
  const { versionFilesBytesMax: max } = bundleBodyLimits;
  if (total > max)
    throw new BundleError("bundle_too_large", `The files of all versions may have ${max} bytes together`);
  return total;
};

/** Only prompts are known to the builder, and a past is told in order. */
const checkHistory = ({ template, history: entry }: PlannedTemplate, history: BundledHistory | undefined): void => {
  if (entry && history?.some(({ number }, index) => index > 0 && number <= (history[index - 1]?.number ?? 0))) {
    throw refuse(entry.path, "The numbers of a history rise");
  }
  if (entry && !template.builder) throw refuse(entry.path, "Only a prompt has a history");
};

const readTemplate = async (planned: PlannedTemplate, entries: AsyncGenerator<BundleEntry>): Promise<ReadTemplate> => {
  const { template } = planned;
  const documents = await take(entries, planned.documents.length);
  const fileEntries = await take(entries, planned.files.length);
  const lockEntries = await take(entries, planned.locks.length);
  const [past] = await take(entries, planned.history ? 1 : 0);
  const files = readFiles(planned.files, fileEntries);
  const read = documents.map((entry, index) => toVersion(template, entry, index, files));
  const used = new Set(read.flatMap((version) => version.files.map(({ digest }) => digest)));
  const idle = planned.files.find(({ digest }) => !used.has(digest));
  if (idle) throw refuse(idle.path, "No version has this file");
  const current = read.find(({ facts }) => facts.version === template.currentVersion);
  const isPrompt = kindOf((current?.manifest.content ?? {}) as Record<string, unknown>) === "prompt";
  if (template.builder && !isPrompt) throw refuse(documents[0]?.path ?? "", "The builder knows only prompts");
  const history = past && readEntry(BundledHistory, past);
  checkHistory(planned, history);
  const locks = planned.locks.map((lock, index) => readLock(lock, lockEntries[index] as BundleEntry));
  const locksOf = Map.groupBy(locks, ({ version }) => version);
  const versions = read.map((one, index) => ({
    ...one,
    digest: planned.documents[index]?.digest ?? "",
    locks: locksOf.get(one.facts.version) ?? [],
  }));
  return {
    template,
    versions,
    history,
    contents: new Map([...files].map(([digest, { content }]) => [digest, content])),
  };
};

const open = (body: BundleBody): Promise<OpenBundle> =>
  openBundle(
    body instanceof RawBody
      ? readTar(body.bytes, body.mediaType === "application/gzip" ? "gzip" : "none")
      : readJson(body),
  );

/**
 * Reads a bundle, and gives each template to `each`, one after the other: never more than one is in memory.
 * @returns the bundle's digest
 * @throws what `bundleErrors` of the contract tells of
 */
export const readTemplateBundle = async (
  body: BundleBody,
  each: (template: ReadTemplate, bundle: string) => Promise<void>,
): Promise<string> => {
  let bundle: OpenBundle | undefined;
  try {
    bundle = await open(body);
    let work = 0;
    for (const planned of plannedTemplates(bundle)) {
      const template = await readTemplate(planned, bundle.entries);
      work = checkWork(template.versions, work);
      await each(template, bundle.digest);
    }
    // Whatever may stand behind the last entry is looked at, too.
    await bundle.entries.next();
    return bundle.digest;
  } catch (error) {
    throw bundleProblem(error);
  } finally {
    await bundle?.entries.return(undefined);
  }
};
