import { publicationOf, readText } from "@nofx/document";
import { precedenceKey } from "@nofx/versioning";
import pMap from "p-map";
import { fileFinding } from "./finding.ts";
import { judgeFolder } from "./judge-folder.ts";
import type { AnyManifest, Layout } from "./kind.ts";
import { listIds, listVersions, type Versions } from "./list-versions.ts";
import { decode } from "./place-finding.ts";
import { type Folder, openRoot, type Root, readFolder } from "./read-files.ts";
import type { Source } from "./source.ts";

const directoriesAtOnce = 8;

/** Its place among the versions: without a usable one the newest directory is the newest, anything else the oldest. */
const rankOf = ({ id, version, file }: Source<unknown>, { manifestFile }: Layout<AnyManifest>): string => {
  try {
    return precedenceKey(version ?? "");
  } catch {
    return file === `${id}/${manifestFile}` ? "~" : "";
  }
};

const digestOf = (manifest: AnyManifest): string => publicationOf(manifest).digest;

/** A version may lie in `versions` already and be the newest still, but not with other content. */
const withoutTwins = <Manifest extends AnyManifest>(
  sources: readonly Source<Manifest>[],
  layout: Layout<Manifest>,
): Source<Manifest>[] => {
  const seen = new Map<string, Source<Manifest>>();
  return sources.map((source) => {
    if (!source.manifest) return source;
    const rank = rankOf(source, layout);
    const first = seen.get(rank);
    seen.set(rank, first ?? source);
    if (!first?.manifest || digestOf(first.manifest) === digestOf(source.manifest)) return source;
    const message = `${first.file} has version ${first.version} with other content; choose a higher version`;
    const finding = fileFinding(source.file, "version_twice", message, { path: "$.version", field: "version" });
    return { ...source, manifest: undefined, findings: [finding, ...source.findings] };
  });
};

/** Adds the file of `versions` that a version publishes; gives its name. What is not there, its judge reports. */
const takeShared = (layout: Layout<AnyManifest>, folder: Folder, { files }: Versions): string | undefined => {
  const text = decode(folder.files.get(layout.manifestFile)?.bytes ?? new Uint8Array());
  const name = text === undefined ? undefined : layout.sharedFile?.(readText(text).content?.value);
  const found = name === undefined ? undefined : files.get(name);
  if (name === undefined || !found) return undefined;
  if ("bytes" in found) folder.files.set(name, found);
  else folder.findings.push(found);
  return name;
};

const unusedWarnings = (id: string, { files }: Versions, used: ReadonlySet<string | undefined>) =>
  [...files.keys()]
    .filter((name) => !used.has(name))
    .map((name) => ({
      ...fileFinding(`${id}/${name}`, "file_unused", "No version names this file; it is not published"),
      severity: "warning" as const,
    }));

const readVersions = async <Manifest extends AnyManifest>(
  root: Root,
  layout: Layout<Manifest>,
  id: string,
  anyName: boolean,
): Promise<Source<Manifest>[]> => {
  const versions = await listVersions(root, layout, id);
  const places = [
    ...versions.names.map((version) => ({ directory: `${id}/versions/${version}`, id, version, anyName })),
    { directory: id, id, version: undefined, anyName },
  ];
  const sources: Source<Manifest>[] = [];
  const used = new Set<string | undefined>();
  for (const place of places) {
    const folder = await readFolder(root, layout, place.directory);
    used.add(takeShared(layout, folder, versions));
    sources.push(judgeFolder(layout, place, folder));
  }
  const unused = unusedWarnings(id, versions, used);
  const told = sources.map((source, index) =>
    index === sources.length - 1 ? { ...source, findings: [...source.findings, ...unused] } : source,
  );
  const ranked = [...versions.refused, ...told].map((source) => ({ source, rank: rankOf(source, layout) }));
  const byAge = ranked.sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0));
  return withoutTwins(
    byAge.map(({ source }) => source),
    layout,
  );
};

/** Which directories are read, and whether they may be called otherwise than the ids in them. */
export interface Only {
  readonly directories: readonly string[];
  readonly anyName: boolean;
}

/** All versions that lie in a directory, or only in some of those in it, of each id the oldest first, what is broken included. */
export const readDirectory = async <Manifest extends AnyManifest>(
  layout: Layout<Manifest>,
  directory: string,
  only?: Only,
): Promise<Source<Manifest>[]> => {
  const root = await openRoot(directory);
  const { names, refused } = only ? { names: only.directories, refused: [] } : await listIds(root);
  const all = await pMap(names, (id) => readVersions(root, layout, id, only?.anyName ?? false), {
    concurrency: directoriesAtOnce,
  });
  return [...refused, ...all.flat()];
};
