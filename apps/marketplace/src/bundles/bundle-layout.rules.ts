import { escapeCase, type ListedEntry } from "@nofx/bundle";
import { type BundledTemplate, EnvironmentName } from "@nofx/contract-marketplace";
import { precedenceKey } from "@nofx/versioning";

const folder = (templateId: string): string => `templates/${templateId}`;

/** Where the document of a version is. Versions may differ in case only, and names of entries may not. */
export const documentPath = (templateId: string, version: string): string =>
  `${folder(templateId)}/${escapeCase(version)}/template.json`;

/** Where a file is: under its digest, once for all versions of its template. What it is called, documents say. */
export const filePath = (templateId: string, digest: string): string =>
  `${folder(templateId)}/files/${digest.replace("sha256:", "")}`;

/** Where a lock of a version is: the one for an environment, or for none in particular. */
export const lockPath = (templateId: string, version: string, environment: string | undefined): string =>
  `${folder(templateId)}/${escapeCase(version)}/${environment === undefined ? "lock" : `locks/${environment}`}.json`;

/** Where the builder's history of a prompt is. */
export const historyPath = (templateId: string): string => `${folder(templateId)}/history.json`;

/** A lock of a bundle: whose it is, and its entry. */
export interface PlannedLock {
  readonly version: string;
  readonly environment: string | undefined;
  readonly entry: ListedEntry;
}

/** A template of a bundle, and the entries that it has there: its documents, its files, its locks, its history. */
export interface PlannedTemplate {
  readonly template: BundledTemplate;
  readonly documents: readonly ListedEntry[];
  readonly files: readonly ListedEntry[];
  readonly locks: readonly PlannedLock[];
  readonly history: ListedEntry | undefined;
}

const isAscending = (keys: readonly string[]): boolean =>
  keys.every((key, index) => index === 0 || (keys[index - 1] as string) < key);

/** What is wrong with what an index says of a template; undefined if nothing is. */
const faultOf = ({ templateId, currentVersion, versions }: BundledTemplate): string | undefined => {
  const current = versions.find(({ version }) => version === currentVersion);
  if (!current) return `The current version of ${templateId} is none of its versions`;
  if (current.status === "draft") return `The current version of ${templateId} is a draft`;
  const isOrdered = isAscending(versions.map(({ version }) => precedenceKey(version)));
  return isOrdered ? undefined : `The versions of ${templateId} are not in rising order, each once`;
};

/** The lock that an entry of a version's folder holds; undefined if it holds none. */
const lockAt = (templateId: string, version: string, entry: ListedEntry | undefined): PlannedLock | undefined => {
  if (!entry) return undefined;
  if (entry.path === lockPath(templateId, version, undefined)) return { version, environment: undefined, entry };
  const environment = /\/locks\/([^/]+)\.json$/.exec(entry.path)?.[1];
  const isIt =
    EnvironmentName.safeParse(environment).success && entry.path === lockPath(templateId, version, environment);
  return isIt ? { version, environment, entry } : undefined;
};

/** The locks that begin at a position: by version, the one for no environment first, then by environment. */
const planLocks = (
  { templateId, versions }: BundledTemplate,
  entries: readonly ListedEntry[],
  start: number,
): readonly PlannedLock[] | string => {
  const locks: PlannedLock[] = [];
  for (const { version } of versions) {
    const own: PlannedLock[] = [];
    for (let lock = lockAt(templateId, version, entries[start + locks.length]); lock; ) {
      own.push(lock);
      locks.push(lock);
      lock = lockAt(templateId, version, entries[start + locks.length]);
    }
    const environments = own.map(({ environment = "" }) => environment);
    if (!isAscending(environments)) return `The locks of ${templateId} ${version} are not ordered by environment`;
  }
  return locks;
};

/** The entries of one template, which begin at a position; or what is wrong with them. */
const planTemplate = (
  template: BundledTemplate,
  entries: readonly ListedEntry[],
  start: number,
): PlannedTemplate | string => {
  const { templateId, versions } = template;
  const filesAt = start + versions.length;
  const documents = entries.slice(start, filesAt);
  const lacking = versions.find(({ version }, at) => documents[at]?.path !== documentPath(templateId, version));
  if (lacking) return `The document of ${templateId} ${lacking.version} is not listed in its place`;
  const isFile = (entry: ListedEntry | undefined) => entry && entry.path === filePath(templateId, entry.digest);
  let end = filesAt;
  while (isFile(entries[end])) end += 1;
  const files = entries.slice(filesAt, end);
  if (!isAscending(files.map(({ digest }) => digest))) return `The files of ${templateId} are not ordered by digest`;
  const locks = planLocks(template, entries, end);
  if (typeof locks === "string") return locks;
  const last = entries[end + locks.length];
  return { template, documents, files, locks, history: last?.path === historyPath(templateId) ? last : undefined };
};

/**
 * Finds the entries of each template. The index must list exactly those, in this order: templates by id, of each the
 * documents by version, the files by digest, the locks by version and environment, the history. Gives what is wrong as a
 * text.
 */
export const planBundle = (
  templates: readonly BundledTemplate[],
  entries: readonly ListedEntry[],
): readonly PlannedTemplate[] | string => {
  if (!isAscending(templates.map(({ templateId }) => templateId))) return "Templates are not ordered by id, each once";
  const planned: PlannedTemplate[] = [];
  let position = 0;
  for (const template of templates) {
    const plan = faultOf(template) ?? planTemplate(template, entries, position);
    if (typeof plan === "string") return plan;
    position += plan.documents.length + plan.files.length + plan.locks.length + (plan.history ? 1 : 0);
    planned.push(plan);
  }
  const left = entries[position];
  return left ? `No template has the entry ${left.path}, or not in this place` : planned;
};
