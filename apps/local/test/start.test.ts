import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { readEnv, root } from "../src/env.ts";
import { readLocalJson } from "../src/state.ts";
import type { Step } from "../src/step.ts";
import { up } from "../src/up.ts";
import { freeBlock } from "./local-process.ts";
import { startedBefore, startLocal, temporaryDirectory } from "./process.ts";

const run = promisify(execFile);

const quietly: Step = (_what, work) => work();

/** The commands of the README's tour, in order, as they are printed. */
const tourOf = async (): Promise<string> => {
  const readme = await readFile(join(root, "README.md"), "utf8");
  const tour = readme.slice(readme.indexOf("## A tour"), readme.indexOf("## Use it"));
  return [...tour.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, commands]) => commands).join("\n");
};

describe("npm start", () => {
  it("serves what ships from the first start on, and stops on Ctrl-C within 5 seconds", () => {
    const { port, local, localMode, output, exitCode, stopMs, serverLog } = inject("firstStart");
    expect(local).toEqual({
      origin: `http://127.0.0.1:${port}`,
      registryUrl: `http://127.0.0.1:${port + 1}`,
      marketplaceUrl: `http://127.0.0.1:${port + 2}`,
      searchUrl: `http://127.0.0.1:${port + 3}`,
      token: expect.stringMatching(/^nofx_/),
      tenant: "local",
    });
    expect(localMode).toBe(0o600);
    for (const shown of [
      local.origin,
      local.token,
      local.tenant,
      "/api/agents?limit=3",
      "/api/templates?limit=3",
      `Search       http://127.0.0.1:${port + 3}     reference: http://127.0.0.1:${port + 3}/docs`,
      "/api/search?q=reveiw+pull+requst",
      "Search index 45 documents",
      "of the last 7 days, marked as samples (remove: npm run samples:remove)",
    ])
      expect(output).toContain(shown);
    expect(exitCode).toBe(0);
    expect(output).toContain("Stopping … stopped.");
    expect(stopMs).toBeLessThan(5_000);
    expect(serverLog).toMatch(/database system is shut down\s*$/);
  });

  it("runs the README's tour as printed; killed, it leaves PostgreSQL running, which the next one names; then all is there", async () => {
    const [state, port] = [await startedBefore(), await freeBlock()];
    const first = await startLocal({ NOFX_PORT: String(port) }, state);
    const local = await readLocalJson(state);
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

    first.child.kill("SIGKILL");
    await first.ended;
    const second = await startLocal({ NOFX_PORT: String(port) }, state);
    expect(await second.ended).toBe(1);
    const pid = Number(/kill -INT (\d+)/.exec(second.output())?.[1]);
    expect(pid).toBeGreaterThan(1);
    process.kill(pid, "SIGINT");
    await expect
      .poll(() => readFile(join(state, "postgres/postmaster.pid")).catch(() => "gone"), { timeout: 10_000 })
      .toBe("gone");
    const third = await startLocal({ NOFX_PORT: String(port) }, state);
    expect(third.output()).toMatch(/26 agents, \d+ versions, 0 new/);
    // Those that ship, and the tour's agent and template.
    expect(third.output()).toContain("Search index 47 documents");
    expect(third.output()).toMatch(/16 templates, 29 versions, 0 new; tests: [1-9]\d* passed, 0 failed/);
  }, 150_000);

  it("exit 1 with advice, and no stack, when a port of the block is taken", async () => {
    const port = await freeBlock();
    const squatter = createServer().listen(port + 2, "127.0.0.1");
    onTestFinished(() => void squatter.close());
    const started = await startLocal({ NOFX_PORT: String(port) }, await temporaryDirectory());
    expect(await started.ended).toBe(1);
    expect(started.output()).toContain(`Port ${port + 2} is in use`);
    expect(started.output()).toContain(`NOFX_PORT=${port + 100} npm start`);
    expect(started.output()).not.toContain("    at ");
    const env = readEnv({ NOFX_PORT: String(port), NOFX_STATE: await temporaryDirectory() });
    await expect(up(env, quietly)).rejects.toThrow(`Port ${port + 2} is in use`);
  });

  it("advises when the state cannot be written, and when NOFX_PORT is no port", async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, "file"), "");
    const env = readEnv({ NOFX_PORT: String(await freeBlock()), NOFX_STATE: join(directory, "file/state") });
    await expect(up(env, quietly)).rejects.toThrow("set NOFX_STATE");
    expect(() => readEnv({ NOFX_PORT: "high" })).toThrow('NOFX_PORT is "high"');
  });
});
