import { readdir } from "node:fs/promises";
import { join, posix } from "node:path";
import pMap from "p-map";
import { readThrough } from "./file-copy.ts";
import { ifGone } from "./gone.ts";
import { type BackupPapers, type KeptBackup, listBackups, readPapers } from "./kept-backups.ts";
import type { BackedUpFile } from "./manifest.ts";
import { openArchive, verifyArchive, type WalReport } from "./wal-archive.ts";

/** What became of a verification. */
export interface Verdict {
  readonly name: string;
  /** Everything that is wrong, as sentences; none: the backup is good. */
  readonly problems: readonly string[];
  readonly files: number;
  readonly bytes: number;
  readonly wal?: WalReport;
}

const filesAtOnce = 4;

const judgeFile = async (directory: string, file: BackedUpFile): Promise<string | undefined> => {
  const passed = await readThrough(join(directory, file.path)).catch(ifGone(undefined));
  if (!passed) return `${file.path} is missing`;
  if (passed.size !== file.size) return `${file.path} has ${passed.size} bytes instead of ${file.size}`;
  return passed.checksum === file.checksum ? undefined : `${file.path} is damaged: its checksum is another one`;
};

const strangersIn = async (directory: string, files: readonly BackedUpFile[]): Promise<string[]> => {
  const known = new Set([...files.map(({ path }) => path), "backup_manifest"]);
  const entries = await readdir(directory, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => posix.join(posix.relative(directory, entry.parentPath), entry.name))
    .filter((path) => !known.has(path))
    .map((path) => `${path} does not belong to the backup`);
};

/** Holds a backup's files against its manifest, and the archive against what recovery needs. */
export const verifyBackup = async (backup: KeptBackup, archive: string): Promise<Verdict> => {
  const { name, directory } = backup;
  let papers: BackupPapers;
  try {
    papers = await readPapers(backup);
  } catch (error) {
    return { name, problems: [(error as Error).message], files: 0, bytes: 0 };
  }
  const { manifest, label } = papers;
  const wrong = await pMap(manifest.files, (file) => judgeFile(directory, file), { concurrency: filesAtOnce });
  const unlisted = manifest.files.some(({ path }) => path === "backup_label") ? [] : ["backup_label is not listed"];
  const wal = await verifyArchive(await openArchive(archive), { manifest, startSegment: label.startSegment });
  return {
    name,
    problems: [
      ...wrong.filter((problem) => problem !== undefined),
      ...(await strangersIn(directory, manifest.files)),
      ...unlisted,
      ...wal.problems,
    ],
    files: manifest.files.length,
    bytes: manifest.files.reduce((sum, { size }) => sum + size, 0),
    wal,
  };
};

/** Finds a backup by its name; by default the newest. @throws if there is none. */
export const findBackup = async (backups: string, name?: string): Promise<KeptBackup> => {
  const all = await listBackups(backups);
  const found = name === undefined ? all.at(-1) : all.find((backup) => backup.name === name);
  if (found) return found;
  throw new Error(name === undefined ? `There is no backup in ${backups}` : `There is no backup ${name} in ${backups}`);
};
