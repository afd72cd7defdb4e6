import { readFile } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import type { Finding } from "@nofx/contract-kit";
import { asObject, readText } from "@nofx/document";
import { validateText } from "@nofx/manifest";
import { type FileFinding, readAgents, readTemplates, type Source } from "@nofx/sync";
import { validateTemplateText } from "@nofx/template";
import type { Kind, ManifestDirectory } from "./find-manifests.ts";

/** One version that was judged. */
export interface Judged {
  readonly kind: Kind;
  readonly id: string | undefined;
  readonly version: string | undefined;
  /** Relative to the working directory, as are those of findings. */
  readonly file: string;
  /** What would be published; undefined if it cannot be. */
  readonly manifest: unknown;
  readonly findings: readonly FileFinding[];
}

const shownFrom = (cwd: string, path: string): string => relative(cwd, path).split(sep).join("/");

const warning = (file: string, code: string, message: string): FileFinding => ({
  file,
  path: "$",
  field: "",
  code,
  message,
  severity: "warning",
});

/** Whoever names a directory itself may have called it as they like; within a directory of many, names are ids. */
const misnamed = (file: string, directory: string, id: unknown): FileFinding[] => {
  if (id === undefined || id === directory) return [];
  const message = `The directory is called "${directory}"; among others, such as for \`nofx sync\`, it must be "${id}"`;
  return [warning(file, "directory_disagrees", message)];
};

const judgeSource = (kind: Kind, root: string, cwd: string, source: Source<unknown>): Judged => {
  const below = (file: string): string => shownFrom(cwd, join(root, file));
  const file = below(source.file);
  const findings = source.findings.map((found) => ({ ...found, file: below(found.file) }));
  const id = asObject(source.manifest)[`${kind}Id`];
  return {
    kind,
    id: typeof id === "string" ? id : source.id,
    version: source.version,
    file,
    manifest: source.manifest,
    findings: [...findings, ...misnamed(file, source.id, id)],
  };
};

/** Judges all versions in the directory of an agent or a template. */
export const judgeDirectory = async ({ kind, path, isNamed }: ManifestDirectory, cwd: string): Promise<Judged[]> => {
  const root = dirname(path);
  const only = { directories: [basename(path)], anyName: isNamed };
  const sources = kind === "agent" ? await readAgents(root, only) : await readTemplates(root, only);
  return sources.map((source) => judgeSource(kind, root, cwd, source));
};

const textOr = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** Judges the text of a manifest that stands alone in a file of any name. */
export const judgeFile = async (path: string, cwd: string): Promise<Judged> => {
  const text = await readFile(path, "utf8");
  const file = shownFrom(cwd, path);
  const { content } = readText(text);
  const { templateId, agentId, version } = asObject(content?.value);
  const kind = templateId === undefined ? "agent" : "template";
  const judged = { kind, id: textOr(templateId ?? agentId), version: textOr(version), file } as const;
  if (content && templateId === undefined && agentId === undefined) {
    const message = "Neither an agent nor a template: there is no `agentId` and no `templateId`";
    const found = { ...warning(file, "no_manifest", message), severity: "error", line: 1, column: 1 } as const;
    return { ...judged, manifest: undefined, findings: [found] };
  }
  const verdict = kind === "agent" ? validateText(text) : validateTemplateText(text);
  return {
    ...judged,
    manifest: verdict.valid ? verdict.manifest : undefined,
    findings: [...verdict.errors, ...verdict.warnings].map((found: Finding) => ({ ...found, file })),
  };
};
