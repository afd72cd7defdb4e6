import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Kind } from "./find-manifests.ts";

const directory = join(import.meta.dirname, "starting-points");

/** The files of a starting point, by path. */
export const readStartingPoint = async (kind: Kind, name: string): Promise<ReadonlyMap<string, string>> => {
  const root = join(directory, `${kind}s`, name);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll("\\", "/"),
    )
    .sort();
  return new Map(
    await Promise.all(files.map(async (path) => [path, await readFile(join(root, path), "utf8")] as const)),
  );
};
