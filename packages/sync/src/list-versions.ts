import { type FileFinding, fileFinding } from "./finding.ts";
import type { AnyManifest, Layout } from "./kind.ts";
import { classifyEntry, type FolderFile, listEntries, type Root, readBounded } from "./read-files.ts";
import { brokenSource, type Source } from "./source.ts";

/** The directories in a directory by name, and what is in their place and cannot be one. */
export interface Listing {
  readonly names: string[];
  readonly refused: Source<never>[];
}

/** What `versions` holds: directories of earlier versions, and files that versions may publish, by their path. */
export interface Versions extends Listing {
  readonly files: Map<string, FolderFile | FileFinding>;
}

/** Hidden entries, such as .git, are no directories of a kind; neither are files beside those directories. */
export const listIds = async (root: Root): Promise<Listing> => {
  const listing: Listing = { names: [], refused: [] };
  for (const entry of await listEntries(root, "")) {
    if (entry.name.startsWith(".")) continue;
    const found = await classifyEntry(root, entry.name, entry);
    if (found.kind === "directory") listing.names.push(entry.name);
    if (found.kind === "refused") listing.refused.push(brokenSource(entry.name, found.finding));
  }
  return listing;
};

const stray = (id: string, file: string): Source<never> =>
  brokenSource(id, fileFinding(file, "not_a_version", "`versions` holds one directory for each earlier version"));

/** The entries of `versions`; refused where that is no directory. */
const openVersions = async (root: Root, id: string) => {
  const file = `${id}/versions`;
  const versions = (await listEntries(root, id)).find(({ name }) => name === "versions");
  if (!versions) return { entries: [], refused: [] };
  const found = await classifyEntry(root, file, versions);
  if (found.kind === "refused") return { entries: [], refused: [brokenSource(id, found.finding)] };
  if (found.kind === "file") return { entries: [], refused: [stray(id, file)] };
  const entries = await listEntries(root, file);
  return { entries: entries.filter(({ name }) => !name.startsWith(".")), refused: [] };
};

/** Lists `versions`, so that nothing in it is overlooked. Its files are read only of a kind that publishes them. */
export const listVersions = async (root: Root, layout: Layout<AnyManifest>, id: string): Promise<Versions> => {
  const { entries, refused } = await openVersions(root, id);
  const listing: Versions = { names: [], refused: [...refused], files: new Map() };
  for (const entry of entries) {
    const path = `versions/${entry.name}`;
    const file = `${id}/${path}`;
    const found = await classifyEntry(root, file, entry);
    if (found.kind === "directory") listing.names.push(entry.name);
    else if (found.kind === "refused") listing.refused.push(brokenSource(id, found.finding));
    else if (layout.sharedFile) listing.files.set(path, await readBounded(root, found.path, file));
    else listing.refused.push(stray(id, file));
  }
  return listing;
};
