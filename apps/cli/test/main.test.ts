import { execFile } from "node:child_process";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { promisify } from "node:util";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { temporaryDirectory } from "./cli.ts";
import type {} from "./global-setup.ts";

const execute = promisify(execFile);
const main = join(import.meta.dirname, "../src/main.ts");

/** Runs Node, and tells the CPU time of it in ms: its own account, so that a busy machine counts less. */
const cpuMsOf = async (argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> => {
  const account =
    "const { userCPUTime: user, systemCPUTime: system } = process.resourceUsage(); process.stderr.write('cpu=' + (user + system) / 1000)";
  const atExit = `data:text/javascript,process.once("exit", () => { ${account} })`;
  const { stderr } = await execute(process.execPath, ["--import", atExit, ...argv], { env });
  return Number(/cpu=([\d.]+)/.exec(stderr)?.[1]);
};

const least = async (work: () => Promise<number>): Promise<number> => {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round += 1) best = Math.min(best, await work());
  return best;
};

describe("the process", () => {
  let env: NodeJS.ProcessEnv;
  beforeAll(() => {
    env = { PATH: process.env.PATH, HOME: process.env.HOME, NODE_DISABLE_COMPILE_CACHE: "1" };
  });

  it.each([["--version"], ["--help"]])("starts within 150 ms of CPU time for %s", async (flag) => {
    const cache = { PATH: env.PATH, HOME: env.HOME, NODE_COMPILE_CACHE: await temporaryDirectory() };
    // The first run fills the cache of compiled code.
    await cpuMsOf([main, flag], cache);
    const bare = await least(() => cpuMsOf(["-e", "0"], cache));
    const started = await least(() => cpuMsOf([main, flag], cache));
    // A slower or busier machine is slower with bare Node, too: its 20 to 30 ms stand for the 150.
    expect(started).toBeLessThan(Math.max(150, 5 * bare));
  });

  it("gives the exit code, prints what was asked for, and ends at once", async () => {
    const world = { ...env, NOFX_ORIGIN: inject("world").origin, NOFX_CONFIG: await temporaryDirectory() };
    const startedAt = performance.now();
    const { stdout } = await execute(process.execPath, [main, "search", "--json"], { env: world });
    expect(JSON.parse(stdout)).toHaveProperty("hits");
    // Kept-alive connections would hold it for four seconds and more.
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    await expect(execute(process.execPath, [main, "serch"], { env: world })).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Did you mean search?"),
    });
  });

  it("a reader that ends first, such as head, is no fault", async () => {
    const command = `'${process.execPath}' '${main}' --help | head -1`;
    const { stdout, stderr } = await execute("bash", ["-o", "pipefail", "-c", command], { env });
    expect({ stdout, stderr }).toEqual({ stdout: "Usage: nofx <command> [options]\n", stderr: "" });
  });
});
