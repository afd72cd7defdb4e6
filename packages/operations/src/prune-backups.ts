import { readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { syncDirectory } from "./file-copy.ts";
import { type KeptBackup, leaving, listBackups, readPapers } from "./kept-backups.ts";
import { verifyBackup } from "./verify-backup.ts";

/** What became of a pruning. */
export interface Pruned {
  readonly kept: readonly string[];
  readonly removed: readonly string[];
  /** Segments of the log that no kept backup needs. */
  readonly segments: number;
}

/** Segments, and what PostgreSQL notes beside them, of before a segment; whatever the timeline. Histories stay. */
const isBefore = (name: string, segment: string): boolean =>
  /^[0-9A-F]{24}(\.partial|\.[0-9A-F]{8}\.backup)?$/.test(name) && name.slice(8, 24) < segment.slice(8);

const removeBackup = async ({ directory }: KeptBackup): Promise<void> => {
  // From here on it passes for none, whenever this ends.
  await rename(directory, `${directory}${leaving}`);
  await rm(`${directory}${leaving}`, { recursive: true, force: true });
};

/**
 * Keeps the newest backups and the log from the oldest of them on, and removes the rest. Nothing is removed unless the
 * newest backup is good.
 */
export const pruneBackups = async (backups: string, archive: string, keep: number): Promise<Pruned> => {
  const all = await listBackups(backups);
  const [kept, old] = [all.slice(-keep), all.slice(0, -keep)];
  const [oldest, newest] = [kept[0], kept.at(-1)];
  if (!oldest || !newest) throw new Error(`There is no backup in ${backups}`);
  const { problems } = await verifyBackup(newest, archive);
  if (problems.length > 0) {
    throw new Error(`Nothing was removed, since the newest backup ${newest.name} is not good:\n${problems.join("\n")}`);
  }
  const { label } = await readPapers(oldest);
  for (const backup of old) await removeBackup(backup);
  await syncDirectory(backups);
  const segments = (await readdir(archive)).filter((name) => isBefore(name, label.startSegment));
  for (const name of segments) await rm(join(archive, name));
  return { kept: kept.map(({ name }) => name), removed: old.map(({ name }) => name), segments: segments.length };
};
