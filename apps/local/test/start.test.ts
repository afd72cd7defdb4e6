import { execFile } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { root } from "../src/env.ts";
import { freeBlock, startLocal, temporaryDirectory } from "./process.ts";

const run = promisify(execFile);

/** The commands of the README's tour, in order, as they are printed. */
const tourOf = async (): Promise<string> => {
  const readme = await readFile(join(root, "README.md"), "utf8");
  const tour = readme.slice(readme.indexOf("## A tour"), readme.indexOf("## Use it"));
  return [...tour.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, commands]) => commands).join("\n");
};

describe("npm start", () => {
  it("serves what ships, runs the README's tour as printed, and stops on Ctrl-C within 5 seconds", async () => {
    const [state, port] = [await temporaryDirectory(), await freeBlock()];
    const started = await startLocal({ NOFX_PORT: String(port) }, state);
    const local = await started.local();
    expect(local).toEqual({
      origin: `http://127.0.0.1:${port}`,
      registryUrl: `http://127.0.0.1:${port + 1}`,
      marketplaceUrl: `http://127.0.0.1:${port + 2}`,
      searchUrl: `http://127.0.0.1:${port + 3}`,
      token: expect.stringMatching(/^nofx_/),
      tenant: "local",
    });
    expect((await stat(join(state, "local.json"))).mode & 0o777).toBe(0o600);
    const samples = "of the last 7 days, marked as samples (remove: npm run samples:remove)";
    for (const shown of [
      local.origin,
      local.token,
      local.tenant,
      "/api/agents?limit=3",
      "/api/templates?limit=3",
      `Search       http://127.0.0.1:${port + 3}     reference: http://127.0.0.1:${port + 3}/docs`,
      "/api/search?q=reveiw+pull+requst",
      "Search index 45 documents",
      samples,
    ])
      expect(started.output()).toContain(shown);

    const directory = await temporaryDirectory();
    const script = (await tourOf())
      .replaceAll("/tmp/", `${directory}/`)
      .replaceAll("http://127.0.0.1:4000", local.origin)
      .replaceAll("./.nofx/local.json", join(state, "local.json"));
    const env = { ...process.env, NOFX_STATE: state };
    const { stdout } = await run("bash", ["--norc", "-euo", "pipefail", "-c", script], { cwd: root, env });
    const { digest } = JSON.parse(await (await fetch(`${local.origin}/api/agents/code-review`)).text()).agent
      .versions[0];
    expect(stdout).toContain(digest.replace("sha256:", ""));
    for (const outcome of [
      '"created"',
      '"identical"',
      '"valid":false',
      '"version_conflict"',
      '"from":"1.1.0","to":"1.0.0"',
      "1.1.0 is rude",
      '"verdict":"worse"',
      '"next"',
      `${local.origin} is ok.`,
      "Did you mean: review pull request",
    ]) {
      expect(stdout).toContain(outcome);
    }

    const askedAt = performance.now();
    // From a terminal it comes twice: to the whole group of processes, and handed on by npm.
    started.child.kill("SIGINT");
    await expect.poll(started.output).toContain("Stopping");
    started.child.kill("SIGINT");
    expect(await started.ended).toBe(0);
    expect(started.output()).toContain("Stopping … stopped.");
    expect(performance.now() - askedAt).toBeLessThan(5_000);
    const serverLog = await readFile(join(state, "postgres/server.log"), "utf8");
    expect(serverLog).toMatch(/database system is shut down\s*$/);
  }, 150_000);

  it("exit 1 with advice when a port of the block is taken", async () => {
    const port = await freeBlock();
    const squatter = createServer().listen(port + 2, "127.0.0.1");
    onTestFinished(() => void squatter.close());
    const started = await startLocal({ NOFX_PORT: String(port) }, await temporaryDirectory());
    expect(await started.ended).toBe(1);
    expect(started.output()).toContain(`Port ${port + 2} is in use`);
    expect(started.output()).toContain(`NOFX_PORT=${port + 100} npm start`);
  });

  it("exit 1 naming the process when a killed predecessor left PostgreSQL running", async () => {
    const [state, port] = [await temporaryDirectory(), await freeBlock()];
    const env = { NOFX_PORT: String(port), NOFX_SAMPLES: "0" };
    const first = await startLocal(env, state);
    first.child.kill("SIGKILL");
    await first.ended;
    const second = await startLocal(env, state);
    expect(await second.ended).toBe(1);
    const pid = Number(/kill -INT (\d+)/.exec(second.output())?.[1]);
    expect(pid).toBeGreaterThan(1);
    process.kill(pid, "SIGINT");
    await expect
      .poll(() => readFile(join(state, "postgres/postmaster.pid")).catch(() => "gone"), { timeout: 10_000 })
      .toBe("gone");
    const third = await startLocal(env, state);
    expect(third.output()).toMatch(/26 agents, \d+ versions, 0 new/);
    expect(third.output()).toContain("Search index 45 documents");
    expect(third.output()).toMatch(/16 templates, 29 versions, 0 new; tests: [1-9]\d* passed, 0 failed/);
  }, 150_000);

  it("exit 1 with advice when the state cannot be written, and when NOFX_PORT is no port", async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, "file"), "");
    const blocked = await startLocal({ NOFX_PORT: String(await freeBlock()) }, join(directory, "file/state"));
    expect(await blocked.ended).toBe(1);
    expect(blocked.output()).toContain("set NOFX_STATE");
    const wrong = await startLocal({ NOFX_PORT: "high" }, directory);
    expect(await wrong.ended).toBe(1);
    expect(wrong.output()).toContain('NOFX_PORT is "high"');
    expect(wrong.output()).not.toContain("    at ");
  });
});
