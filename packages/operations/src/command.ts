import { readOptions, UsageError } from "./arguments.ts";
import { makeRestorePoint } from "./backup-session.ts";
import { listBackups } from "./kept-backups.ts";
import { pruneBackups } from "./prune-backups.ts";
import type { RecoveryTarget } from "./recovery-server.ts";
import { tellPruned, tellRestored, tellTaken, tellVerdict } from "./report.ts";
import { restoreBackup } from "./restore-backup.ts";
import { takeBackup } from "./take-backup.ts";
import { findBackup, verifyBackup } from "./verify-backup.ts";

const usage = `Usage: backup <command> …

  take     --backups DIR --archive DIR [--data DIR] [--wait-seconds N]
           of the server of BACKUP_DATABASE_URL
  list     --backups DIR
  verify   --backups DIR --archive DIR [--backup NAME]
  prune    --backups DIR --archive DIR --keep N
  point    --name NAME
           marks this moment in the log of the server of BACKUP_DATABASE_URL
  restore  --backups DIR --archive DIR --data DIR (--latest | --time TIME | --name POINT)
           [--backup NAME] [--timeline N] [--superuser NAME] [--programs DIR]

  --archive   where the server's archive command puts segments of the write-ahead log
  --data      the server's data directory; for restore: a directory that is empty or not there
  --programs  where PostgreSQL's programs are, such as /usr/lib/postgresql/18/bin; default: the embedded ones

Exit codes: 0 done, 1 failed or not good, 2 not understood.`;

/** What a command is run with. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly print: (text: string) => void;
}

type Command = (args: readonly string[], surroundings: Surroundings) => Promise<boolean>;

const serverUrl = ({ env }: Surroundings): string => {
  const url = env.BACKUP_DATABASE_URL;
  if (!url) throw new UsageError("Set BACKUP_DATABASE_URL to a role that may take backups");
  return url;
};

const archiveWaitSeconds = 60;

const take: Command = async (args, surroundings) => {
  const given = readOptions(args, ["backups", "archive"], ["data", "wait-seconds"]);
  const { "wait-seconds": seconds = archiveWaitSeconds, ...places } = given;
  const taken = await takeBackup({ ...places, url: serverUrl(surroundings), archiveWaitMs: seconds * 1000 });
  surroundings.print(tellTaken(taken));
  return true;
};

const list: Command = async (args, { print }) => {
  const { backups } = readOptions(args, ["backups"]);
  for (const { name, endedAt } of await listBackups(backups)) print(`${name}  good from ${endedAt.toISOString()} on`);
  return true;
};

const verify: Command = async (args, { print }) => {
  const { backups, archive, backup } = readOptions(args, ["backups", "archive"], ["backup"]);
  const verdict = await verifyBackup(await findBackup(backups, backup), archive);
  print(tellVerdict(verdict));
  return verdict.problems.length === 0;
};

const prune: Command = async (args, { print }) => {
  const { backups, archive, keep } = readOptions(args, ["backups", "archive", "keep"]);
  print(tellPruned(await pruneBackups(backups, archive, keep)));
  return true;
};

const point: Command = async (args, surroundings) => {
  const { name } = readOptions(args, ["name"]);
  surroundings.print(`"${name}" is ${await makeRestorePoint(serverUrl(surroundings), name)}`);
  return true;
};

const targetOf = ({ latest, time, name }: { latest?: boolean; time?: string; name?: string }): RecoveryTarget => {
  const given: RecoveryTarget[] = [
    ...(latest ? ["latest" as const] : []),
    ...(time === undefined ? [] : [{ time: new Date(time) }]),
    ...(name === undefined ? [] : [{ name }]),
  ];
  const [target, ...more] = given;
  if (target === undefined || more.length > 0) throw new UsageError("Say one of --latest, --time and --name");
  return target;
};

const restore: Command = async (args, { print }) => {
  const given = readOptions(
    args,
    ["backups", "archive", "data"],
    ["latest", "time", "name", "backup", "timeline", "superuser", "programs"],
  );
  const { latest, time, name, superuser = "postgres", ...order } = given;
  const target = targetOf({ ...(latest && { latest }), ...(time && { time }), ...(name && { name }) });
  const restored = await restoreBackup({ ...order, superuser, target });
  print(tellRestored(order.data, restored));
  return restored.problems.length === 0;
};

const commands: Readonly<Record<string, Command>> = { take, list, verify, prune, point, restore };

/** Runs a command; gives its exit code. */
export const runCommand = async (argv: readonly string[], surroundings: Surroundings): Promise<number> => {
  const [name = "", ...args] = argv;
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) throw new UsageError(name === "" ? "Which command?" : `There is no command ${name}`);
    return (await command(args, surroundings)) ? 0 : 1;
  } catch (error) {
    const { message } = error as Error;
    surroundings.print(error instanceof UsageError ? `${message}\n\n${usage}` : message);
    return error instanceof UsageError ? 2 : 1;
  }
};
