import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { localFailure } from "../failure.ts";

export type Kind = "agent" | "template";

/** An agent's or a template's directory. */
export interface ManifestDirectory {
  readonly kind: Kind;
  readonly path: string;
  /** It was named itself, not found below what was. */
  readonly isNamed: boolean;
}

/** What a path holds: directories of agents and templates, or one manifest in a file of any name. */
export interface Found {
  readonly directories: readonly ManifestDirectory[];
  readonly file?: string;
}

const kinds = ["agent", "template"] as const;

const isSkipped = ({ name }: Dirent): boolean => name.startsWith(".") || name === "node_modules";

/** Whether earlier versions lie there: then the directory is one of its kind even if its newest manifest is missing. */
const hasVersions = async (path: string, kind: Kind): Promise<boolean> => {
  const entries = await readdir(join(path, "versions"), { withFileTypes: true }).catch(() => []);
  for (const entry of entries.filter((each) => each.isDirectory())) {
    const found = await stat(join(path, "versions", entry.name, `${kind}.json`)).catch(() => undefined);
    if (found?.isFile()) return true;
  }
  return false;
};

const findBelow = async (path: string, isNamed: boolean): Promise<ManifestDirectory[]> => {
  const entries = await readdir(path, { withFileTypes: true });
  const found: ManifestDirectory[] = [];
  for (const kind of kinds) {
    const hasManifest = entries.some(({ name }) => name === `${kind}.json`);
    if (hasManifest || (await hasVersions(path, kind))) found.push({ kind, path, isNamed });
  }
  // What lies in there is published with it.
  if (found.length > 0) return found;
  const below = entries.filter((entry) => entry.isDirectory() && !isSkipped(entry));
  for (const { name } of below.sort((a, b) => (a.name < b.name ? -1 : 1)))
    found.push(...(await findBelow(join(path, name), false)));
  return found;
};

/** The directory that a manifest belongs to: of an earlier version that of its agent or template. */
const directoryOf = (file: string): string => {
  const directory = dirname(file);
  return basename(dirname(directory)) === "versions" ? dirname(dirname(directory)) : directory;
};

/** Says what there is to validate at a path. @throws CliFailure if it is nothing. */
export const findManifests = async (path: string, shown: string): Promise<Found> => {
  if ((await stat(path)).isDirectory()) {
    const directories = await findBelow(path, true);
    if (directories.length > 0) return { directories };
    const next = "Name a directory that has some, or a file; `nofx new agent` makes one.";
    throw localFailure("nothing_found", `${shown}: There is no agent.json and no template.json`, next);
  }
  const kind = kinds.find((each) => basename(path) === `${each}.json`);
  return kind ? { directories: [{ kind, path: directoryOf(path), isNamed: true }] } : { directories: [], file: path };
};
