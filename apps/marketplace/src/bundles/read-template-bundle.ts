import {
  type BundleEntry,
  BundleError,
  type JsonBundle,
  jsonEntry,
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
  TemplateBundleContent,
} from "@nofx/contract-marketplace";
import { parseJsonBody } from "@nofx/service-kit";
import { kindOf } from "@nofx/template";
import { z } from "zod";
import { type PlannedTemplate, planBundle } from "./bundle-layout.rules.ts";
import { bundleProblem } from "./bundle-problem.ts";

/** A bundle as it was sent. */
export type BundleBody = JsonBundle | RawBody;

/** A version of a bundle: its document is what it says it is, and has its files. Whether it is valid, nobody has judged. */
export interface ReadVersion {
  readonly facts: BundledVersion;
  readonly digest: string;
  /** As publishers send it, with the contents of the files. */
  readonly manifest: Readonly<Record<string, unknown>>;
}

/** A template of a bundle with everything that belongs to it. */
export interface ReadTemplate {
  readonly template: BundledTemplate;
  readonly versions: readonly ReadVersion[];
  readonly history: BundledHistory | undefined;
}

const Document = z.looseObject({
  templateId: z.string(),
  version: z.string(),
  content: z.record(z.string(), z.unknown()),
  files: z.array(PublishedFile).optional(),
});

const refuse = (path: string, message: string) => new BundleError("bundle_content_invalid", message, path);

/** Held to what holds for JSON that is sent by itself: its depth, its text. */
const parse = <T>(schema: z.ZodType<T>, { path, content }: BundleEntry): T => {
  let value: unknown;
  try {
    value = parseJsonBody(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content));
  } catch (error) {
    throw refuse(path, `The entry cannot be read (${(error as Error).message})`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw refuse(path, `The entry has a fault at ${issue?.path.join(".") || "its top"} (${issue?.message})`);
};

/** Takes the next entries of the bundle, which are those of the plan: their order was checked before. */
const take = async (entries: AsyncGenerator<BundleEntry>, count: number): Promise<BundleEntry[]> => {
  const taken: BundleEntry[] = [];
  while (taken.length < count) taken.push((await entries.next()).value as BundleEntry);
  return taken;
};

const toVersion = (
  { templateId, versions }: BundledTemplate,
  entry: BundleEntry,
  index: number,
  files: ReadonlyMap<string, Buffer>,
): Omit<ReadVersion, "digest"> & { readonly used: readonly string[] } => {
  const facts = versions[index] as BundledVersion;
  const document = parse(Document, entry);
  if (document.templateId !== templateId || document.version !== facts.version) {
    throw refuse(entry.path, `The document is that of ${document.templateId} ${document.version}`);
  }
  const contents = document.files?.map(({ path, size, digest }) => {
    const content = files.get(digest);
    if (content?.length !== size) throw refuse(entry.path, `The bundle lacks the file ${path}, or it has another size`);
    return { path, ...jsonEntry(content) };
  });
  const used = document.files?.map(({ digest }) => digest) ?? [];
  return { facts, manifest: { ...document, ...(contents && { files: contents }) }, used };
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
  const [past] = await take(entries, planned.history ? 1 : 0);
  const files = new Map(
    planned.files.map(({ digest }, index) => [digest, (fileEntries[index] as BundleEntry).content]),
  );
  const read = documents.map((entry, index) => toVersion(template, entry, index, files));
  const used = new Set(read.flatMap((version) => version.used));
  const idle = planned.files.find(({ digest }) => !used.has(digest));
  if (idle) throw refuse(idle.path, "No version has this file");
  const current = read.find(({ facts }) => facts.version === template.currentVersion);
  const isPrompt = kindOf((current?.manifest.content ?? {}) as Record<string, unknown>) === "prompt";
  if (template.builder && !isPrompt) throw refuse(documents[0]?.path ?? "", "The builder knows only prompts");
  const history = past && parse(BundledHistory, past);
  checkHistory(planned, history);
  const versions = read.map(({ facts, manifest }, index) => ({
    facts,
    manifest,
    digest: planned.documents[index]?.digest ?? "",
  }));
  return { template, versions, history };
};

const planOf = ({ index }: OpenBundle): readonly PlannedTemplate[] => {
  const invalid = (message: string) => new BundleError("bundle_index_invalid", message, "bundle.json");
  const content = TemplateBundleContent.safeParse(index.content);
  if (!content.success) {
    const [issue] = content.error.issues;
    throw invalid(`The index has a fault at content.${issue?.path.join(".")} (${issue?.message})`);
  }
  const { templates } = content.data;
  if (templates.length > bundleBodyLimits.templatesMax) {
    const message = `A bundle may have ${bundleBodyLimits.templatesMax} templates`;
    throw new BundleError("bundle_too_many_entries", message);
  }
  const plan = planBundle(templates, index.entries);
  if (typeof plan === "string") throw invalid(plan);
  return plan;
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
    for (const planned of planOf(bundle)) await each(await readTemplate(planned, bundle.entries), bundle.digest);
    // Whatever may stand behind the last entry is looked at, too.
    await bundle.entries.next();
    return bundle.digest;
  } catch (error) {
    throw bundleProblem(error);
  } finally {
    await bundle?.entries.return(undefined);
  }
};
