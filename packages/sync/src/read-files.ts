import type { Dirent } from "node:fs";
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { manifestLimits } from "@nofx/contract-registry";
import { type FileFinding, fileFinding } from "./finding.ts";

/** An agent.json may hold its files itself; the registry takes no larger body. */
const agentJsonBytesMax = 1.5 * 1024 * 1024;
/** All of a directory is held in memory. */
const directoryBytesMax = 256 * 1024 * 1024;

/** The directory that is read, and what may still be read of it. */
export interface Root {
  /** Without symbolic links. */
  readonly path: string;
  bytesLeft: number;
}

/** Opens a directory of agents. */
export const openRoot = async (directory: string): Promise<Root> => {
  const path = await realpath(directory);
  return { path, bytesLeft: directoryBytesMax };
};

/** What lies in a version's directory: files by their path in it, agent.json among them. */
export interface Folder {
  readonly files: Map<string, Uint8Array>;
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

/** A file's bytes; undefined and a finding if there are more than the registry would take. */
const readBounded = async (
  root: Root,
  path: string,
  file: string,
  bytesMax: number,
): Promise<Uint8Array | FileFinding> => {
  const { size } = await stat(path);
  if (size > bytesMax) return fileFinding(file, "file_too_large", `${size} bytes; a file may have ${bytesMax}`);
  root.bytesLeft -= size;
  if (root.bytesLeft < 0) {
    throw new Error(`${root.path} holds more than ${directoryBytesMax} bytes of agents; split it`);
  }
  return await readFile(path);
};

/** Reads one file into the folder; true while there may be more. */
const readInto = async (root: Root, directory: string, name: string, path: string, folder: Folder) => {
  const file = `${directory}/${name}`;
  const bytesMax = name === "agent.json" ? agentJsonBytesMax : manifestLimits.fileBytesMax;
  const content = await readBounded(root, path, file, bytesMax);
  if (content instanceof Uint8Array) folder.files.set(name, content);
  else folder.findings.push(content);
  // agent.json and mcp.json are not published as files.
  if (folder.files.size <= manifestLimits.filesMax + 2) return true;
  const message = `More than ${manifestLimits.filesMax} files; a version may have no more`;
  folder.findings.push(fileFinding(directory, "too_many_files", message));
  return false;
};

const nested = (file: string): FileFinding =>
  fileFinding(file, "versions_nested", "An earlier version has no `versions` of its own");

/** `under` is the place in the version's directory, empty or ending in a slash. */
const walk = async (root: Root, directory: string, under: string, folder: Folder): Promise<boolean> => {
  for (const entry of await listEntries(root, `${directory}/${under}`)) {
    const name = under + entry.name;
    if (name === "versions") {
      // Other versions of the agent; whoever reads that sees to them.
      if (directory.includes("/")) folder.findings.push(nested(`${directory}/${name}`));
      continue;
    }
    const found = await classifyEntry(root, `${directory}/${name}`, entry);
    if (found.kind === "refused") folder.findings.push(found.finding);
    const goOn =
      found.kind === "directory"
        ? await walk(root, directory, `${name}/`, folder)
        : found.kind !== "file" || (await readInto(root, directory, name, found.path, folder));
    if (!goOn) return false;
  }
  return true;
};

/** Reads everything in a version's directory but the `versions` below it. */
export const readFolder = async (root: Root, directory: string): Promise<Folder> => {
  const folder: Folder = { files: new Map(), findings: [] };
  await walk(root, directory, "", folder);
  return folder;
};
