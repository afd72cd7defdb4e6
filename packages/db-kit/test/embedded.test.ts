import { once } from "node:events";
import { chmod, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import getPort from "get-port";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { type EmbeddedOptions, ServerLeftBehind, startEmbedded, startThrowaway } from "../src/embedded/server.ts";
import { openDirectory, useTemporaryDirectory } from "./directories.ts";
import { asAdmin } from "./kit.ts";

const fast = { fsync: "off", max_connections: "10", shared_buffers: "16MB" };

const startIn = async (directory: string, options: Partial<EmbeddedOptions> = {}) => {
  const server = await startEmbedded({
    dataDirectory: join(directory, "data"),
    password: "se cret/@",
    settings: fast,
    ...options,
  });
  onTestFinished(() => server.stop());
  return server;
};

const query = (url: string, text: string) => asAdmin(url, async (client) => (await client.query(text)).rows);

const gone = (pid: number) =>
  vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow("ESRCH"), { timeout: 10_000 });

/** Holds a data directory that exists already: making one takes a second. */
let used: string;
beforeAll(async () => {
  used = await mkdtemp(join(tmpdir(), "nofx-kit-"));
  await chmod(used, 0o755);
  const server = await startEmbedded({ dataDirectory: join(used, "data"), password: "se cret/@", settings: fast });
  await server.stop();
});
afterAll(() => rm(used, { recursive: true }));

describe("an embedded server", () => {
  it("starts on a new directory, answers, stops, and keeps its data over a restart", async () => {
    const directory = await openDirectory();
    const first = await startIn(directory);
    expect(await query(first.url, "SHOW data_checksums")).toEqual([{ data_checksums: "on" }]);
    await query(first.url, "CREATE TABLE kept AS SELECT 'über' AS word");
    await first.stop();
    await gone(first.pid);
    const second = await startIn(directory);
    expect(await query(second.url, "SELECT word FROM kept")).toEqual([{ word: "über" }]);
    expect(second.pid).not.toBe(first.pid);
  });

  it("listens on the port asked for, on this machine only, and takes further settings", async () => {
    const port = await getPort();
    const server = await startIn(used, { port, settings: { ...fast, work_mem: "5MB" } });
    expect(server.port).toBe(port);
    expect(new URL(server.url).port).toBe(String(port));
    expect(
      await query(
        server.url,
        `SELECT current_setting('listen_addresses') AS addresses, current_setting('unix_socket_directories') AS sockets,
                current_setting('work_mem') AS memory`,
      ),
    ).toEqual([{ addresses: "127.0.0.1", sockets: "", memory: "5MB" }]);
  });

  it("lets nobody in without the password", async () => {
    const server = await startIn(used);
    const url = new URL(server.url);
    url.password = "wrong";
    await expect(query(url.href, "SELECT 1")).rejects.toMatchObject({ code: "28P01" });
  });

  it("stops with clients connected, and a second stop does nothing", async () => {
    const server = await startIn(used);
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    const ended = once(client, "error");
    client.on("error", () => undefined);
    await server.stop();
    await server.stop();
    await expect(ended).resolves.toMatchObject([{ code: "57P01" }]);
  });
});

describe("a server that was left behind", () => {
  it("is named, with what to do about it, and is not harmed", async () => {
    const running = await startIn(used);
    const attempt = startIn(used);
    await expect(attempt).rejects.toBeInstanceOf(ServerLeftBehind);
    await expect(attempt).rejects.toMatchObject({ pid: running.pid });
    await expect(attempt).rejects.toThrow(`kill -INT ${running.pid}`);
    await expect(attempt).rejects.toThrow(running.dataDirectory);
    expect(await query(running.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  it("does not hinder the next start when it was killed, and no committed data are lost", async () => {
    const directory = await openDirectory();
    const settings = { max_connections: "10" };
    const killed = await startIn(directory, { settings });
    await query(killed.url, "CREATE TABLE kept AS SELECT 1 AS n");
    process.kill(killed.pid, "SIGKILL");
    await gone(killed.pid);
    expect(await stat(join(killed.dataDirectory, "postmaster.pid"))).toBeDefined();
    const server = await startIn(directory, { settings });
    expect(await query(server.url, "SELECT n FROM kept")).toEqual([{ n: 1 }]);
  });
});

describe("a server that does not start", () => {
  it("says why in the last lines of its log", async () => {
    const attempt = startIn(used, { settings: { shared_buffers: "plenty" } });
    await expect(attempt).rejects.toThrow(/^PostgreSQL did not start: /);
    await expect(attempt).rejects.toThrow('invalid value for parameter "shared_buffers": "plenty"');
  });

  it("says so when its port is taken", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void taken.close());
    await once(taken, "listening");
    const attempt = startIn(used, { port: (taken.address() as { port: number }).port });
    await expect(attempt).rejects.toThrow("Address already in use");
  });
});

describe("a throwaway server", () => {
  it("leaves nothing behind", async () => {
    const directory = await openDirectory();
    useTemporaryDirectory(directory);
    const server = await startThrowaway(fast);
    expect(await query(server.url, "SHOW fsync")).toEqual([{ fsync: "off" }]);
    await server.stop();
    expect(await readdir(directory)).toEqual([]);
  });

  it("leaves nothing behind when it does not start", async () => {
    const directory = await openDirectory();
    useTemporaryDirectory(directory);
    await expect(startThrowaway({ shared_buffers: "plenty" })).rejects.toThrow("did not start");
    expect(await readdir(directory)).toEqual([]);
  });
});
