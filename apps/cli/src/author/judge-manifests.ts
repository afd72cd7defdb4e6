import { readFile } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import type { Finding } from "@nofx/contract-kit";
import { asObject, readText } from "@nofx/document";
import { validateText } from "@nofx/manifest";
import {
  type FileFinding,
  type JudgedDirectory,
  judgeDirectory as judgeAll,
  readAgents,
  readTemplates,
} from "@nofx/sync";
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

/** The version that a finding is about: whose directory is the innermost around the file. */
const ownerOf = (file: string, judged: readonly Judged[]): Judged | undefined => {
  const around = judged.filter((each) => `${file}/`.startsWith(`${dirname(each.file)}/`));
  return around.toSorted((a, b) => b.file.length - a.file.length)[0] ?? judged[0];
};

const placed = ({ kind, path }: ManifestDirectory, cwd: string, { sources, findings }: JudgedDirectory): Judged[] => {
  const below = (file: string): string => shownFrom(cwd, join(dirname(path), file));
  const judged = sources.map(({ id, version, file, manifest }): Judged => {
    const told = asObject(manifest)[`${kind}Id`];
    const named = misnamed(below(file), id, told);
    return { kind, id: typeof told === "string" ? told : id, version, file: below(file), manifest, findings: named };
  });
  const told = findings.map((found) => ({ ...found, file: below(found.file) }));
  return judged.map((each) => ({
    ...each,
    findings: [...told.filter(({ file }) => ownerOf(file, judged) === each), ...each.findings],
  }));
};

const onlyOf = ({ path, isNamed }: ManifestDirectory) => ({ directories: [basename(path)], anyName: isNamed });

/** Judges all versions in the directory of an agent or a template: what publishing would say. */
export const judgeDirectory = async (directory: ManifestDirectory, cwd: string): Promise<Judged[]> => {
  const read = directory.kind === "agent" ? readAgents : readTemplates;
  const sources = await read(dirname(directory.path), onlyOf(directory));
  return placed(directory, cwd, { sources, findings: sources.flatMap(({ findings }) => findings) });
};

/** The same, and what the standard of packages says. */
export const judgePackage = async (directory: ManifestDirectory, cwd: string): Promise<Judged[]> =>
  placed(directory, cwd, await judgeAll(directory.kind, dirname(directory.path), onlyOf(directory)));

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
