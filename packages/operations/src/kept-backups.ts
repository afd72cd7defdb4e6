import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type BackupLabel, parseBackupLabel } from "./backup-label.ts";
import { ifGone } from "./gone.ts";
import { type Manifest, parseManifest } from "./manifest.ts";

/** A base backup that is whole. Its name is the moment in which it ended, in UTC: nothing before can be restored from it. */
export interface KeptBackup {
  readonly name: string;
  readonly directory: string;
  readonly endedAt: Date;
}

const namePattern = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/;

/** Name of a backup that ended then. */
export const backupName = (endedAt: Date): string => endedAt.toISOString().replace(/[-:.]/g, "");

const endOf = (name: string): Date => {
  const [, year, month, day, hour, minute, second, ms] = namePattern.exec(name) ?? [];
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
};

/** The backups in a directory, the oldest first. What is not whole has another name, and is none. */
export const listBackups = async (backups: string): Promise<KeptBackup[]> =>
  (await readdir(backups).catch(ifGone<string[]>([])))
    .filter((name) => namePattern.test(name))
    .sort()
    .map((name) => ({ name, directory: join(backups, name), endedAt: endOf(name) }));

/** Ends of names of what is being made, and of what is being removed. */
export const unfinished = ".partial";
export const leaving = ".leaving";

/** Removes what a killed backup or removal left behind. Nobody else may be at work. */
export const clearRemains = async (backups: string): Promise<string[]> => {
  await mkdir(backups, { recursive: true, mode: 0o700 });
  const remains = (await readdir(backups)).filter((name) => name.endsWith(unfinished) || name.endsWith(leaving));
  for (const name of remains) await rm(join(backups, name), { recursive: true, force: true });
  return remains;
};

/** What a backup says of itself. */
export interface BackupPapers {
  readonly manifest: Manifest;
  readonly label: BackupLabel;
}

/** Reads a backup's manifest and label. @throws if they are damaged, gone, or contradict each other. */
export const readPapers = async ({ directory }: Pick<KeptBackup, "directory">): Promise<BackupPapers> => {
  const text = (file: string): Promise<string> => readFile(join(directory, file), "utf8");
  const manifest = parseManifest(await text("backup_manifest"));
  const label = parseBackupLabel(await text("backup_label"));
  if (label.startLsn !== manifest.startLsn || label.timeline !== manifest.timeline) {
    throw new Error("backup_label and backup_manifest are of different backups");
  }
  return { manifest, label };
};
