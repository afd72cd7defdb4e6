import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { findRepository } from "../src/system/up.command.ts";
import { directoryWith, nofx, nofxJson, temporaryDirectory } from "./cli.ts";

/** A repository whose control plane does this. */
const repositoryWith = (main: string) =>
  directoryWith({
    "package.json": '{ "name": "nofx", "type": "module" }',
    "apps/local/src/main.ts": main,
    "a/b/.keep": "",
  });

it("0: passes on what the control plane prints, and the signal that ends it", async () => {
  const repository = await repositoryWith(
    'setInterval(() => {}, 1000); process.once("SIGINT", () => { console.log("bye"); process.exit(0); }); console.error("ready");',
  );
  const ending = new AbortController();
  let told = "";
  const running = nofx(["up"], {
    cwd: join(repository, "a/b"),
    signal: ending.signal,
    onStderr: (text) => {
      told += text;
    },
  });
  await vi.waitUntil(() => told.includes("ready"), { timeout: 20_000 });
  ending.abort();
  expect(await running).toMatchObject({ exitCode: 0, stdout: "bye\n" });
});

it("1: when it ends by itself; --json tells how, and what it prints goes to stderr", async () => {
  const cwd = await repositoryWith('console.log("no"); process.exit(3);');
  const { exitCode, document, stderr } = await nofxJson("up", ["up"], { cwd });
  expect({ exitCode, document, stderr }).toEqual({
    exitCode: 1,
    document: { repository: cwd, ended: 3 },
    stderr: "no\n",
  });
});

it("1: the control plane of this repository says what is wrong with its settings", async () => {
  const { exitCode, stderr } = await nofx(["up"], { env: { NOFX_PORT: "none" } });
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('NOFX_PORT is "none"') });
});

it("1: outside of a repository, says how to get one", async () => {
  await expect(findRepository([await temporaryDirectory()])).rejects.toMatchObject({
    details: { code: "no_repository", next: expect.stringContaining("npm start") },
  });
});
