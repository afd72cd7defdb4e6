import { chown, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { serverUser } from "@nofx/db-kit/embedded";
import pMap from "p-map";
import { listTree, neededDirectories } from "./data-directory.ts";
import { copyFile, writeDurably } from "./file-copy.ts";
import { ifGone } from "./gone.ts";
import { type KeptBackup, listBackups, readPapers } from "./kept-backups.ts";
import type { Manifest } from "./manifest.ts";
import { assertVersion, type RecoveryTarget, recoverPrivately } from "./recovery-server.ts";
import { findTracks, settleTrack, type TrackReport } from "./restored-track.ts";
import { findBackup } from "./verify-backup.ts";
import { openArchive, verifyArchive } from "./wal-archive.ts";

export interface RestoreOrder {
  readonly backups: string;
  readonly archive: string;
  /** Where the restored cluster is made: a directory that is empty, or not there. */
  readonly data: string;
  readonly target: RecoveryTarget;
  /** Name of a backup; default: the newest that ended before the target. */
  readonly backup?: string | undefined;
  /** Along which timeline; default: the newest that came out of the backup's. */
  readonly timeline?: number | undefined;
  readonly superuser: string;
  readonly programs?: string | undefined;
}

/** A cluster that was restored. */
export interface Restored {
  readonly backup: string;
  readonly tracks: readonly TrackReport[];
  /** Everything that is wrong, as sentences: then the cluster stays closed. */
  readonly problems: readonly string[];
  readonly files: number;
  readonly copyMs: number;
  readonly recoveryMs: number;
  readonly checkMs: number;
}

const filesAtOnce = 4;

/** Without it, the server refuses to start: it comes last, when nothing is left to do. */
const door = "pg_hba.conf";

const choose = async ({ backups, backup, target }: RestoreOrder): Promise<KeptBackup> => {
  if (backup !== undefined || target === "latest" || !("time" in target)) return await findBackup(backups, backup);
  const before = (await listBackups(backups)).filter(({ endedAt }) => endedAt <= target.time);
  const newest = before.at(-1);
  if (newest) return newest;
  const { name } = (await listBackups(backups))[0] ?? (await findBackup(backups));
  throw new Error(`No backup ended before ${target.time.toISOString()}; the oldest is ${name}`);
};

const assertEmpty = async (data: string): Promise<void> => {
  const entries = await readdir(data).catch(ifGone<string[]>([]));
  if (entries.length === 0) return;
  throw new Error(`${data} is not empty. Move what is in it away; a restore overwrites nothing`);
};

/** Refuses before anything is copied what recovery would end at. */
const wayTo = async (order: RestoreOrder, backup: KeptBackup, manifest: Manifest): Promise<number> => {
  const { label } = await readPapers(backup);
  const papers = { manifest, startSegment: label.startSegment };
  const { problems, way } = await verifyArchive(await openArchive(order.archive), papers, order.timeline);
  const serious = order.target === "latest" ? problems : problems.filter((problem) => !/recovery ends/.test(problem));
  if (serious.length === 0) return way.newest;
  throw new Error(`${serious.join("\n")}\nNothing was restored.`);
};

/** Copies a backup's files and checks each of them on the way. */
const copyAll = async (backup: KeptBackup, { files }: Manifest, data: string): Promise<void> => {
  const { directories: kept } = await listTree(backup.directory);
  const directories = new Set([...kept, ...files.map(({ path }) => dirname(path)), ...neededDirectories]);
  for (const path of directories) await mkdir(join(data, path), { recursive: true, mode: 0o700 });
  await pMap(
    files.filter(({ path }) => path !== door),
    (file) => copyOne(backup, file, data),
    { concurrency: filesAtOnce },
  );
  await writeDurably(join(data, "recovery.signal"), "");
};

const copyOne = async (
  { directory, name }: KeptBackup,
  { path, checksum }: Manifest["files"][number],
  data: string,
): Promise<void> => {
  const passed = await copyFile(join(directory, path), join(data, path), 0o600);
  if (passed.checksum !== checksum)
    throw new Error(`${path} of backup ${name} is damaged: its checksum is another one`);
};

/** Gives everything to the account that runs the server, where that is another one. */
const handOver = async (data: string): Promise<void> => {
  const user = serverUser();
  if (!user) return;
  const entries = await readdir(data, { withFileTypes: true, recursive: true });
  const paths = [data, ...entries.map(({ parentPath, name }) => join(parentPath, name))];
  await pMap(paths, (path) => chown(path, user.uid, user.gid), { concurrency: filesAtOnce });
};

const clear = async (data: string): Promise<void> => {
  for (const name of await readdir(data)) await rm(join(data, name), { recursive: true, force: true });
};

/** Recovers and settles the cluster where nobody reaches it, and shuts it down. */
const settle = async (order: RestoreOrder, timeline: number, reason: string) => {
  const startedAt = performance.now();
  const { data, archive, target, superuser, programs } = order;
  const server = await recoverPrivately({ data, archive, timeline, target, superuser, programs });
  const recoveredAt = performance.now();
  try {
    const tracks: TrackReport[] = [];
    for (const found of await findTracks(server, superuser)) {
      tracks.push(await settleTrack(server, superuser, found, reason));
    }
    const times = { recoveryMs: recoveredAt - startedAt, checkMs: performance.now() - recoveredAt };
    return { tracks, problems: tracks.flatMap(({ problems }) => problems), ...times };
  } finally {
    await server.stop();
  }
};

const carryOut = async (order: RestoreOrder, backup: KeptBackup, manifest: Manifest): Promise<Restored> => {
  const { data, target } = order;
  const startedAt = performance.now();
  const timeline = await wayTo(order, backup, manifest);
  await copyAll(backup, manifest, data);
  await handOver(data);
  const copyMs = performance.now() - startedAt;
  const aim = target === "latest" ? "the latest" : "time" in target ? target.time.toISOString() : `"${target.name}"`;
  const settled = await settle(order, timeline, `Restored backup ${backup.name} to ${aim}`);
  const opening = manifest.files.find(({ path }) => path === door);
  if (settled.problems.length === 0 && opening) {
    await copyOne(backup, opening, data);
    await handOver(data);
  }
  return { backup: backup.name, files: manifest.files.length, copyMs, ...settled };
};

/**
 * Restores a cluster: copies a backup, replays the log up to the target, and does what must follow before anybody is
 * served. Only then can the server be started. A failure leaves the directory as empty as it was.
 */
export const restoreBackup = async (order: RestoreOrder): Promise<Restored> => {
  const { data, programs } = order;
  await assertEmpty(data);
  const backup = await choose(order);
  const { manifest } = await readPapers(backup);
  await assertVersion((await readFile(join(backup.directory, "PG_VERSION"), "utf8")).trim(), programs);
  await mkdir(data, { recursive: true, mode: 0o700 });
  try {
    return await carryOut(order, backup, manifest);
  } catch (error) {
    await clear(data);
    throw error;
  }
};
