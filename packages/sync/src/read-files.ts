import type { Dirent } from "node:fs";
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { fileLimits } from "@nofx/contract-kit";
import { type FileFinding, fileFinding } from "./finding.ts";
import type { AnyManifest, Layout } from "./kind.ts";

/** A manifest may hold its files itself; services take no larger body. */
const manifestBytesMax = 1.5 * 1024 * 1024;
/** All of a directory is held in memory. */
const directoryBytesMax = 256 * 1024 * 1024;

/** The directory that is read, and what may still be read of it. */
export interface Root {
  /** Without symbolic links. */
  readonly path: string;
  bytesLeft: number;
}

/** Opens a directory. */
export const openRoot = async (directory: string): Promise<Root> => {
  const path = await realpath(directory);
  return { path, bytesLeft: directoryBytesMax };
};

/** A file that was read. */
export interface FolderFile {
  /** Below the root. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** What a version is made of: files by the path that they are published under, the manifest among them. */
export interface Folder {
  /** Below the root. */
  readonly directory: string;
  readonly files: Map<string, FolderFile>;
  readonly findings: FileFinding[];
}

export type Entry =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "directory" }
  | { readonly kind: "refused"; readonly finding: FileFinding };

/** Follows a link to a file below the root. A link to a directory is refused: it could lead round in circles. */
const followLink = async (root: Root, file: string): Promise<Entry> => {
  const refused = (code: string, message: string): Entry => ({
    kind: "refused",
    finding: fileFinding(file, code, message),
  });
  const target = await realpath(join(root.path, file)).catch(() => undefined);
  if (target === undefined) return refused("link_broken", "The symbolic link leads nowhere");
  if (!target.startsWith(root.path + sep)) {
    return refused("link_outside", "The symbolic link leaves the directory; put a copy of the file here");
  }
  if ((await stat(target)).isFile()) return { kind: "file", path: target };
  return refused("link_to_directory", "Only files can be linked; put a copy of the directory here");
};

/** Says what an entry of a directory is, `file` being its path below the root. */
export const classifyEntry = async (root: Root, file: string, entry: Dirent): Promise<Entry> => {
  if (entry.isSymbolicLink()) return await followLink(root, file);
  if (entry.isDirectory()) return { kind: "directory" };
  if (entry.isFile()) return { kind: "file", path: join(root.path, file) };
  return { kind: "refused", finding: fileFinding(file, "not_a_file", "Neither a file nor a directory") };
};

const entriesOf = async (directory: string): Promise<Dirent[]> =>
  (await readdir(directory, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));

/** The entries of a directory below the root, by name. */
export const listEntries = (root: Root, directory: string): Promise<Dirent[]> => entriesOf(join(root.path, directory));

/** A file's bytes (`path`: without links); a finding if there are more than a service would take. */
export const readBounded = async (
  root: Root,
  path: string,
  file: string,
  bytesMax: number = fileLimits.fileBytesMax,
): Promise<FolderFile | FileFinding> => {
  const { size } = await stat(path);
  if (size > bytesMax) return fileFinding(file, "file_too_large", `${size} bytes; a file may have ${bytesMax}`);
  root.bytesLeft -= size;
  if (root.bytesLeft < 0) {
    throw new Error(`${root.path} holds more than ${directoryBytesMax} bytes; split it`);
  }
  return { file, bytes: await readFile(path) };
};

/** A version under way from the disk. */
interface Reading {
  readonly root: Root;
  readonly layout: Layout<AnyManifest>;
  readonly folder: Folder;
}

/** Reads one file into the folder; true while there may be more. */
const readInto = async ({ root, layout, folder }: Reading, name: string, path: string): Promise<boolean> => {
  const { manifestFile, absorbed } = layout;
  const { directory, files, findings } = folder;
  const bytesMax = name === manifestFile ? manifestBytesMax : fileLimits.fileBytesMax;
  const found = await readBounded(root, path, `${directory}/${name}`, bytesMax);
  if ("bytes" in found) files.set(name, found);
  else findings.push(found);
  const published = [...files.keys()].filter((key) => key !== manifestFile && key !== absorbed?.file);
  if (published.length <= fileLimits.filesMax) return true;
  const message = `More than ${fileLimits.filesMax} files; a version may have no more`;
  findings.push(fileFinding(directory, "too_many_files", message));
  return false;
};

const nested = (file: string): FileFinding =>
  fileFinding(file, "versions_nested", "An earlier version has no `versions` of its own");

/** `under` is the place in the version's directory, empty or ending in a slash. */
const walk = async (reading: Reading, under: string): Promise<boolean> => {
  const { root, folder } = reading;
  for (const entry of await listEntries(root, `${folder.directory}/${under}`)) {
    const name = under + entry.name;
    const file = `${folder.directory}/${name}`;
    if (name === "versions") {
      // Other versions; whoever reads the newest sees to them.
      if (folder.directory.includes("/")) folder.findings.push(nested(file));
      continue;
    }
    const found = await classifyEntry(root, file, entry);
    if (found.kind === "refused") folder.findings.push(found.finding);
    const goOn =
      found.kind === "directory"
        ? await walk(reading, `${name}/`)
        : found.kind !== "file" || (await readInto(reading, name, found.path));
    if (!goOn) return false;
  }
  return true;
};

/** Reads everything in a version's directory but the `versions` below it. */
export const readFolder = async (root: Root, layout: Layout<AnyManifest>, directory: string): Promise<Folder> => {
  const folder: Folder = { directory, files: new Map(), findings: [] };
  await walk({ root, layout, folder }, "");
  return folder;
};
