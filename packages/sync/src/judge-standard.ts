import { stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { judgePackage, type PackageKind, packageKinds } from "@nofx/document";
import { agentLayout, readAgents } from "./agents.ts";
import type { FileFinding } from "./finding.ts";
import type { AnyManifest, Layout } from "./kind.ts";
import { listIds, listVersions } from "./list-versions.ts";
import { openRoot, type Root, readFolder } from "./read-files.ts";
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

/**
 * Holds a directory of agents or templates against the standard by which packages are organised: names, versions, owner,
 * source, tags, capabilities, places of files. In a Git repository `metadata.source` is compared with where the directory
 * lies in it. Whether manifests are valid is not asked: see `judgeDirectory`.
 */
export const judgeStandard = async (noun: Noun, directory: string): Promise<FileFinding[]> => {
  const root = await openRoot(directory);
  const place = await placeInRepository(root.path);
  const findings: FileFinding[] = [];
  for (const id of (await listIds(root)).names) {
    const source = place === undefined ? undefined : place === "" ? id : `${place}/${id}`;
    const files = await filesOf(root, layouts[noun], id);
    findings.push(...judgePackage({ kind: packageKinds[noun], id, source, files }));
  }
  return findings;
};

const byPlace = (a: FileFinding, b: FileFinding): number => {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
};

/**
 * Everything that is wrong with a directory of agents or templates, by file and place: what publishing would refuse or
 * warn of, and what the standard says. What both say is told once, as strictly as either.
 */
export const judgeDirectory = async (noun: Noun, directory: string): Promise<FileFinding[]> => {
  const sources = await (noun === "agent" ? readAgents(directory) : readTemplates(directory));
  const valid = sources.flatMap(({ findings }) => findings);
  const told = new Map<string, FileFinding>();
  for (const found of [...(await judgeStandard(noun, directory)), ...valid]) {
    const key = JSON.stringify([found.file, found.code, found.path, found.message]);
    const earlier = told.get(key);
    if (!earlier || (earlier.severity === "warning" && found.severity === "error")) told.set(key, found);
  }
  return [...told.values()].sort(byPlace);
};
