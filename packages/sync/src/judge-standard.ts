import { stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { judgePackage, type PackageKind, packageKinds } from "@nofx/document";
import { agentLayout, readAgents } from "./agents.ts";
import type { FileFinding } from "./finding.ts";
import type { AnyManifest, Layout } from "./kind.ts";
import { listIds, listVersions } from "./list-versions.ts";
import type { Only } from "./read-directory.ts";
import { openRoot, type Root, readFolder } from "./read-files.ts";
import type { Source } from "./source.ts";
import { readTemplates, templateLayout } from "./templates.ts";

type Noun = PackageKind["noun"];

const layouts: Readonly<Record<Noun, Layout<AnyManifest>>> = {
  agent: agentLayout as Layout<AnyManifest>,
  template: templateLayout as Layout<AnyManifest>,
};

/** Where a directory lies in its repository, with `/` between names; undefined outside of one. */
const placeInRepository = async (path: string, top = path): Promise<string | undefined> => {
  const isTop = await stat(join(top, ".git")).then(
    () => true,
    () => false,
  );
  if (isTop) return relative(top, path).split(sep).join("/");
  return dirname(top) === top ? undefined : await placeInRepository(path, dirname(top));
};

/** Everything in an agent's or template's directory by its path there. What cannot be read, the reader of versions tells. */
const filesOf = async (root: Root, layout: Layout<AnyManifest>, id: string): Promise<Map<string, Uint8Array>> => {
  const files = new Map<string, Uint8Array>();
  const versions = await listVersions(root, layout, id);
  for (const [path, found] of versions.files) if ("bytes" in found) files.set(path, found.bytes);
  for (const under of ["", ...versions.names.map((name) => `versions/${name}/`)]) {
    const folder = await readFolder(root, layout, `${id}/${under}`.replace(/\/$/, ""));
    for (const [path, { bytes }] of folder.files) files.set(under + path, bytes);
  }
  return files;
};

/** Whoever names a directory may have called it as they like: then it tells neither the id nor the source. */
const elsewhere = (findings: readonly FileFinding[], { idField }: Layout<AnyManifest>): readonly FileFinding[] => {
  const isRenamed = ({ code, field }: FileFinding) => code === "directory_disagrees" && field === idField;
  return findings.some(isRenamed)
    ? findings.filter((found) => !isRenamed(found) && found.code !== "source_disagrees")
    : findings;
};

/**
 * Holds a directory of agents or templates, or `only` some of it, against the standard by which packages are organised: names, versions, owner,
 * source, tags, capabilities, places of files. In a Git repository `metadata.source` is compared with where the directory
 * lies in it. Whether manifests are valid is not asked: see `judgeDirectory`.
 */
export const judgeStandard = async (noun: Noun, directory: string, only?: Only): Promise<FileFinding[]> => {
  const root = await openRoot(directory);
  const place = await placeInRepository(root.path);
  const findings: FileFinding[] = [];
  for (const id of only?.directories ?? (await listIds(root)).names) {
    const source = place === undefined ? undefined : place === "" ? id : `${place}/${id}`;
    const files = await filesOf(root, layouts[noun], id);
    const found = judgePackage({ kind: packageKinds[noun], id, source, files });
    findings.push(...(only?.anyName ? elsewhere(found, layouts[noun]) : found));
  }
  return findings;
};

const byPlace = (a: FileFinding, b: FileFinding): number => {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
};

/** The versions in a directory, and everything that is wrong with them or with how they lie there. */
export interface JudgedDirectory {
  readonly sources: readonly Source<AnyManifest>[];
  readonly findings: readonly FileFinding[];
}

/**
 * Everything that is wrong with a directory of agents or templates, by file and place: what publishing would refuse or
 * warn of, and what the standard says. What both say is told once, as strictly as either.
 */
export const judgeDirectory = async (noun: Noun, directory: string, only?: Only): Promise<JudgedDirectory> => {
  const sources = await (noun === "agent" ? readAgents(directory, only) : readTemplates(directory, only));
  const valid = sources.flatMap(({ findings }) => findings);
  const told = new Map<string, FileFinding>();
  for (const found of [...(await judgeStandard(noun, directory, only)), ...valid]) {
    const key = JSON.stringify([found.file, found.code, found.path, found.message]);
    const earlier = told.get(key);
    if (!earlier || (earlier.severity === "warning" && found.severity === "error")) told.set(key, found);
  }
  return { sources, findings: [...told.values()].sort(byPlace) };
};
