import { spawn } from "node:child_process";
import { chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import getPort from "get-port";
import { onTestFinished } from "vitest";
import { serverUser } from "../src/embedded/server-user.ts";

/** The program, where one is given. */
export const pgbouncer = process.env.PGBOUNCER;

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port }, () => resolve(true));
    socket.on("error", () => resolve(false)).on("connect", () => socket.destroy());
  });

/** Starts PgBouncer in transaction mode before a server, with fewer connections than its clients; gives a URL through it. */
export const throughPooler = async (url: string, connectionsMax: number): Promise<string> => {
  const { hostname, port, username, password } = new URL(url);
  const user = serverUser();
  const directory = await mkdtemp("/tmp/nofx-pooler-");
  const own = await getPort({ host: "127.0.0.1" });
  await writeFile(join(directory, "users"), `"${username}" "${decodeURIComponent(password)}"\n`);
  const settings = [
    "[databases]",
    `* = host=${hostname} port=${port}`,
    "[pgbouncer]",
    "listen_addr = 127.0.0.1",
    `listen_port = ${own}`,
    "unix_socket_dir =",
    "auth_type = scram-sha-256",
    `auth_file = ${join(directory, "users")}`,
    "pool_mode = transaction",
    `default_pool_size = ${connectionsMax}`,
    "max_prepared_statements = 200",
    "server_lifetime = 3600",
  ];
  const file = join(directory, "pgbouncer.ini");
  await writeFile(file, `${settings.join("\n")}\n`);
  if (user)
    await Promise.all([directory, join(directory, "users"), file].map((path) => chown(path, user.uid, user.gid)));
  const child = spawn(pgbouncer ?? "", ["-q", file], {
    stdio: "inherit",
    ...(user && { uid: user.uid, gid: user.gid }),
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
    await rm(directory, { recursive: true });
  });
  for (let attempt = 0; attempt < 100 && !(await isOpen(own)); attempt += 1) await delay(50);
  const through = new URL(url);
  through.port = String(own);
  return through.href;
};
