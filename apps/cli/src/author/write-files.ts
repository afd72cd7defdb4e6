import { mkdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** What became of a file. */
export interface WrittenFile {
  readonly path: string;
  /** `kept`: there was one of that name; it is as it was. */
  readonly outcome: "created" | "kept";
}

const create = async (path: string, text: string): Promise<WrittenFile["outcome"]> => {
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(path, text, { flag: "wx" });
    return "created";
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return "kept";
    throw error;
  }
};

/** Writes files below a directory; what is there stays as it is. */
export const writeFiles = async (root: string, files: ReadonlyMap<string, string>): Promise<WrittenFile[]> => {
  const written: WrittenFile[] = [];
  for (const [path, text] of files) written.push({ path, outcome: await create(join(root, path), text) });
  return written;
};

/** What writeFiles would do. */
export const planFiles = async (root: string, files: ReadonlyMap<string, string>): Promise<WrittenFile[]> => {
  const planned: WrittenFile[] = [];
  for (const path of files.keys()) {
    const isThere = await stat(join(root, path)).catch(() => undefined);
    planned.push({ path, outcome: isThere ? "kept" : "created" });
  }
  return planned;
};
