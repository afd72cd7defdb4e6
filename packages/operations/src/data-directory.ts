import { readdir, readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { ifGone } from "./gone.ts";

/** Where the server notes which cluster this is, and how far it has come. */
export const controlFile = "global/pg_control";

/** What belongs to the running server and not to its data; PostgreSQL's own tools leave out the same. */
const emptied = new Set([
  "pg_dynshmem",
  "pg_notify",
  "pg_replslot",
  "pg_serial",
  "pg_snapshots",
  "pg_stat_tmp",
  "pg_subtrans",
  "pg_wal",
]);
const leftOut = new Set([
  "backup_label",
  "backup_manifest",
  "current_logfiles.tmp",
  "postgresql.auto.conf.tmp",
  "postmaster.opts",
  "postmaster.pid",
  "recovery.signal",
  "standby.signal",
  "tablespace_map",
]);

/** Whether a file or directory is part of a base backup. */
export const isBackedUp = (path: string): boolean => {
  const [top = "", ...rest] = path.split("/");
  const name = posix.basename(path);
  if (emptied.has(top)) return rest.length === 0;
  if (rest.length === 0 && leftOut.has(path)) return false;
  return !name.startsWith("pgsql_tmp") && !name.startsWith("pg_internal.init");
};

/** A data directory as a backup keeps it, from its root on, with slashes. */
export interface Tree {
  readonly directories: readonly string[];
  readonly files: readonly string[];
}

/** Directories that a server needs though nothing is in them: some ways to keep backups forget such. */
export const neededDirectories: readonly string[] = [
  ...emptied,
  "pg_commit_ts",
  "pg_logical/mappings",
  "pg_logical/snapshots",
  "pg_stat",
  "pg_tblspc",
  "pg_twophase",
  "pg_wal/archive_status",
  "pg_wal/summaries",
];

/** Lists what a base backup is made of. What vanishes meanwhile was removed by the server, and the log knows of it. */
export const listTree = async (root: string): Promise<Tree> => {
  const directories: string[] = [];
  const files: string[] = [];
  const visit = async (directory: string): Promise<void> => {
    const entries = await readdir(join(root, directory), { withFileTypes: true }).catch(ifGone([]));
    for (const entry of entries) {
      const path = posix.join(directory, entry.name);
      if (!isBackedUp(path)) continue;
      if (entry.isFile()) files.push(path);
      // pg_wal may be a link to another disk; nothing in it is kept.
      else if (entry.isDirectory() || emptied.has(path)) {
        directories.push(path);
        await visit(path);
      } else throw new Error(`${join(root, path)} is neither a file nor a directory: tablespaces are not supported`);
    }
  };
  await visit("");
  return { directories, files };
};

/** The cluster's identity, as its control file begins. */
export const systemIdentifierOf = async (root: string): Promise<string> =>
  String((await readFile(join(root, controlFile))).readBigUInt64LE(0));
