import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { embeddedPrograms, type ServerUser, serverUser } from "@nofx/db-kit/embedded";
import pg from "pg";

/** How far to replay the log: to its end, or to and with what was committed at a moment or before a named point. */
export type RecoveryTarget = { readonly time: Date } | { readonly name: string } | "latest";

export interface RecoveryOrder {
  readonly data: string;
  readonly archive: string;
  readonly timeline: number;
  readonly target: RecoveryTarget;
  /** A superuser of the cluster that is restored. */
  readonly superuser: string;
  /** Where PostgreSQL's programs are; default: the embedded ones. */
  readonly programs?: string | undefined;
}

/** A server that only this process reaches. */
export interface PrivateServer {
  /** Connection string of a role, to a database. Nobody is asked for a password. */
  urlOf(role: string, database: string): string;
  /** Shuts down; everything is written. */
  stop(): Promise<void>;
}

const port = 5432;
const pollMs = 100;

/** The program, and the account that it runs as. */
const postgresOf = async (programs: string | undefined, user: ServerUser | undefined): Promise<string> =>
  programs === undefined ? (await embeddedPrograms(user)).postgres : join(programs, "postgres");

/** Refuses a data directory of another major version, which the program could not read. */
export const assertVersion = async (version: string, programs?: string): Promise<void> => {
  const postgres = await postgresOf(programs, serverUser());
  const { stdout } = await promisify(execFile)(postgres, ["--version"]);
  const major = /\(PostgreSQL\) (\d+)/.exec(stdout)?.[1];
  if (major === version) return;
  throw new Error(`The backup is of PostgreSQL ${version}, the programs at hand are of ${major}: name others`);
};

const quoted = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`;

/** With a number for the offset: abbreviations, `Z` among them, are not known yet when the server reads it. */
const moment = (time: Date): string => time.toISOString().replace("Z", "+00:00");

/** All ways to say a target are taken back before one is said: the server refuses two, those of old configurations among them. */
const targetSettings = (target: RecoveryTarget): [string, string][] => {
  const unset = ["", "_lsn", "_xid", "_name", "_time"].map((way): [string, string] => [`recovery_target${way}`, ""]);
  if (target === "latest") return unset;
  const said: [string, string] =
    "name" in target ? ["recovery_target_name", target.name] : ["recovery_target_time", moment(target.time)];
  return [...unset, said];
};

/** Whatever the cluster's own configuration says: nothing comes in, nothing goes out but the log that is replayed. */
const settingsOf = (order: RecoveryOrder, place: string): Record<string, string> => ({
  // The path is part of a command of a shell, in which the server replaces what begins with a percent sign.
  restore_command: `cp ${quoted(join(order.archive.replaceAll("%", "%%"), "%f"))} "%p"`,
  recovery_target_timeline: String(order.timeline),
  recovery_target_action: "promote",
  recovery_end_command: "",
  archive_cleanup_command: "",
  // The log of the new timeline waits until the server runs with its own settings.
  archive_mode: "on",
  archive_command: "",
  archive_library: "",
  hot_standby: "off",
  primary_conninfo: "",
  synchronous_standby_names: "",
  listen_addresses: "",
  unix_socket_directories: place,
  unix_socket_permissions: "0700",
  port: String(port),
  hba_file: join(place, "hba"),
  ident_file: join(place, "ident"),
  ssl: "off",
  external_pid_file: "",
  logging_collector: "off",
  log_destination: "stderr",
});

const makePlace = async (user: ServerUser | undefined): Promise<string> => {
  const place = await mkdtemp(join(tmpdir(), "nofx-restore-"));
  await writeFile(join(place, "hba"), "local all all trust\n");
  await writeFile(join(place, "ident"), "");
  if (user) for (const path of [place, join(place, "hba"), join(place, "ident")]) await chown(path, user.uid, user.gid);
  return place;
};

const answers = async (url: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ done: boolean }>("SELECT NOT pg_is_in_recovery() AS done");
    return rows[0]?.done === true;
  } catch (error) {
    // No such role, or database. Whatever else it is, the server has not begun, or has ended.
    if (!/^(28|3D)/.test((error as { code?: string }).code ?? "")) return false;
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
};

const whyItEnded = async (log: string): Promise<string> => {
  const lines = (await readFile(log, "utf8")).trimEnd().split("\n");
  const fatal = lines.filter((line) => /FATAL|PANIC|ERROR|DETAIL|HINT/.test(line));
  return (fatal.length > 0 ? fatal : lines).slice(-5).join("\n");
};

/** Starts a server on restored files, where nobody else reaches it, and waits until it has recovered and begun to write. */
export const recoverPrivately = async (order: RecoveryOrder): Promise<PrivateServer> => {
  const user = serverUser();
  const postgres = await postgresOf(order.programs, user);
  const place = await makePlace(user);
  const logFile = join(place, "log");
  const log = await open(logFile, "w");
  const settings = [...targetSettings(order.target), ...Object.entries(settingsOf(order, place))];
  const child = spawn(
    postgres,
    ["-D", order.data, ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    {
      stdio: ["ignore", log.fd, log.fd],
      cwd: "/",
      env: { ...process.env, LC_ALL: "C" },
      ...(user && { uid: user.uid, gid: user.gid }),
    },
  );
  const ended = once(child, "exit");
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  const stop = async (): Promise<void> => {
    if (isRunning()) child.kill("SIGINT");
    await ended;
    await log.close();
    await rm(place, { recursive: true, force: true });
  };
  const urlOf = (role: string, database: string): string =>
    `postgres://${encodeURIComponent(role)}@${encodeURIComponent(place)}:${port}/${encodeURIComponent(database)}`;
  try {
    while (!(await answers(urlOf(order.superuser, "postgres")))) {
      if (!isRunning()) throw new Error(`PostgreSQL did not recover:\n${await whyItEnded(logFile)}`);
      await delay(pollMs);
    }
    return { urlOf, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
