import { createHash } from "node:crypto";
import { access, mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pMap from "p-map";
import { type BackupSession, openSession, type ServerFacts } from "./backup-session.ts";
import { controlFile, listTree, systemIdentifierOf } from "./data-directory.ts";
import { copyFile, readStable, syncDirectory, writeDurably } from "./file-copy.ts";
import { ifGone } from "./gone.ts";
import { backupName, clearRemains, listBackups, readPapers, unfinished } from "./kept-backups.ts";
import { formatSegment, parseLsn, segmentAt, segmentBefore } from "./lsn.ts";
import { type BackedUpFile, formatManifest } from "./manifest.ts";

export interface BackupOrder {
  /** Of a role that may begin and end backups. */
  readonly url: string;
  /** Where backups are kept. */
  readonly backups: string;
  /** Where the server archives its log, as it is seen from here. */
  readonly archive: string;
  /** The server's data directory as it is seen from here; default: where the server itself has it. */
  readonly data?: string | undefined;
  /** How long the log may take to get to the archive. */
  readonly archiveWaitMs: number;
}

/** A backup that was taken. */
export interface TakenBackup {
  readonly name: string;
  readonly files: number;
  readonly bytes: number;
  readonly ms: number;
}

const filesAtOnce = 4;

/** Refuses a directory that is another server's. */
const assertSame = async (what: string, found: string | undefined, facts: ServerFacts): Promise<void> => {
  if (found === undefined || found === facts.systemIdentifier) return;
  throw new Error(`${what} is another server's: ${found} instead of ${facts.systemIdentifier}`);
};

const assertPlaces = async (order: BackupOrder, data: string, facts: ServerFacts): Promise<void> => {
  await access(order.archive).catch(() => {
    throw new Error(`There is no archive at ${order.archive}`);
  });
  await assertSame(`The data directory ${data}`, await systemIdentifierOf(data), facts);
  const newest = (await listBackups(order.backups)).at(-1);
  const before = newest && (await readPapers(newest).catch(() => undefined));
  await assertSame(`What is in ${order.backups}`, before?.manifest.systemIdentifier, facts);
};

const described = async (file: string, path: string, checksum: string, size: number): Promise<BackedUpFile> => ({
  path,
  size,
  modifiedAt: (await stat(file)).mtime,
  checksum,
});

/** Copies a data directory while the server works on it: the log of meanwhile makes it consistent again. */
const copyTree = async (data: string, target: string): Promise<BackedUpFile[]> => {
  const { directories, files } = await listTree(data);
  for (const directory of directories) await mkdir(join(target, directory), { recursive: true, mode: 0o700 });
  const copied = await pMap(
    files.filter((path) => path !== controlFile),
    async (path) => {
      const file = join(target, path);
      const passed = await copyFile(join(data, path), file, 0o600).catch(ifGone(undefined));
      return passed && (await described(file, path, passed.checksum, passed.size));
    },
    { concurrency: filesAtOnce },
  );
  return copied.filter((file) => file !== undefined);
};

const keepBytes = async (target: string, path: string, bytes: string | Buffer): Promise<BackedUpFile> => {
  const file = join(target, path);
  await writeDurably(file, bytes);
  return described(file, path, createHash("sha256").update(bytes).digest("hex"), Buffer.byteLength(bytes));
};

const untilArchived = async (session: BackupSession, order: BackupOrder, segments: string[]): Promise<void> => {
  const deadline = Date.now() + order.archiveWaitMs;
  for (const name of segments) {
    while (!(await stat(join(order.archive, name)).catch(ifGone(undefined)))) {
      if (Date.now() > deadline) {
        const failure = await session.archiveFailure();
        const why = failure ? `its archive command failed last for ${failure}` : "does the server archive to there?";
        throw new Error(`Segment ${name} did not get to ${order.archive} within ${order.archiveWaitMs} ms: ${why}`);
      }
      await delay(50);
    }
  }
};

const segmentsOf = ({ timeline, segmentBytes }: ServerFacts, startLsn: string, endLsn: string): string[] => {
  const names: string[] = [];
  const last = segmentBefore(parseLsn(endLsn), segmentBytes);
  for (let number = segmentAt(parseLsn(startLsn), segmentBytes); number <= last; number += 1n) {
    names.push(formatSegment({ timeline, number }, segmentBytes));
  }
  return names;
};

/** Makes a backup under a name that passes for none, then gives it its own. */
const fill = async (session: BackupSession, order: BackupOrder, data: string, draft: string) => {
  const { facts } = session;
  const startLsn = await session.begin("nofx");
  const files = await copyTree(data, draft);
  files.push(await keepBytes(draft, controlFile, await readStable(join(data, controlFile))));
  const { lsn: endLsn, label, at } = await session.end();
  files.push(await keepBytes(draft, "backup_label", label));
  await untilArchived(session, order, segmentsOf(facts, startLsn, endLsn));
  const systemIdentifier = facts.version >= 170_000 ? facts.systemIdentifier : undefined;
  const manifest = { systemIdentifier, files, timeline: facts.timeline, startLsn, endLsn };
  await writeDurably(join(draft, "backup_manifest"), formatManifest(manifest));
  const name = backupName(at);
  for (const directory of (await listTree(draft)).directories) await syncDirectory(join(draft, directory));
  await syncDirectory(draft);
  await rename(draft, join(order.backups, name));
  await syncDirectory(order.backups);
  return { name, files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) };
};

/** Takes a base backup of a running server. Until it is whole and its log archived, it passes for none. */
export const takeBackup = async (order: BackupOrder): Promise<TakenBackup> => {
  const startedAt = performance.now();
  const session = await openSession(order.url);
  try {
    const data = order.data ?? session.facts.dataDirectory;
    await clearRemains(order.backups);
    await assertPlaces(order, data, session.facts);
    const draft = join(order.backups, `${backupName(new Date())}${unfinished}`);
    await mkdir(draft, { mode: 0o700 });
    try {
      const taken = await fill(session, order, data, draft);
      return { ...taken, ms: Math.round(performance.now() - startedAt) };
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw error;
    }
  } finally {
    await session.close();
  }
};
