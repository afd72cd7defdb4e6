import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { directoryWith, nofx, type Person, person, type Ran, temporaryDirectory } from "./cli.ts";
import { agentFiles, below, templateFiles } from "./sources.ts";

const root = join(import.meta.dirname, "../../..");

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
}

/** Runs a script of the repository as people do. */
const npmRun = async (script: string, argv: readonly string[], token?: string): Promise<Ended> => {
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    NOFX_CONFIG: await temporaryDirectory(),
    NOFX_ORIGIN: inject("world").origin,
    npm_config_update_notifier: "false",
    ...(token !== undefined && { NOFX_TOKEN: token }),
  };
  return await new Promise((resolve) => {
    const words = ["run", "--silent", script, ...(argv.length > 0 ? ["--", ...argv] : [])];
    execFile("npm", words, { cwd: root, env }, (error, stdout) => {
      resolve({ exitCode: Number(error?.code ?? 0), stdout });
    });
  });
};

/** What every script begins with: the command line, with each of its exit codes but 0 made 1. */
const beginning = "node --import ./scripts/exit-with-one.ts apps/cli/src/main.ts ";

interface Surroundings {
  readonly token?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Default: this repository. */
  readonly cwd?: string;
}

/** Runs a script's command line here: npm and Node take seconds to start, and what they do is tested once. */
const runHere = async (
  script: string,
  argv: readonly string[],
  { token, env = {}, cwd = root }: Surroundings = {},
): Promise<Ran> => {
  const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const command = String(scripts[script]);
  expect(command.slice(0, beginning.length)).toBe(beginning);
  const state = await temporaryDirectory();
  return await nofx([...command.slice(beginning.length).split(" "), ...argv], {
    cwd,
    token,
    env: { NOFX_CONFIG: state, NOFX_STATE: state, ...env },
  });
};

/** Where this repository has what it ships, somebody else's has one agent and a template that uses it. */
const smallRepository = (): Promise<string> =>
  directoryWith({
    ...below("packages/shared/agents", agentFiles("greeter")),
    ...below("packages/shared/templates", templateFiles("welcome", "greeter")),
  });

const directoriesOf = async (directory: string): Promise<number> => {
  const entries = await readdir(join(root, "packages/shared", directory), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).length;
};

const kinds = ["agents", "templates"] as const;

describe("npm run registry:…", () => {
  let ada: Person;
  let shipped: Readonly<Record<(typeof kinds)[number], number>>;
  beforeAll(async () => {
    ada = await person("admin");
    shipped = { agents: await directoriesOf("agents"), templates: await directoriesOf("templates") };
  });
  const nothingPublished = async ({ registry, tenant }: Person): Promise<void> =>
    expect(await registry.listAgents({ tenant })).toMatchObject({ ok: true, body: { agents: [] } });

  it("npm hands on the words, what is printed, and 0 or 1, whatever nofx ends with", async () => {
    const fine = await npmRun("registry:agents:validate", []);
    expect(fine).toEqual({ exitCode: 0, stdout: expect.stringContaining(`${shipped.agents} agents`) });
    const more = await directoryWith({ "templates/broken/template.json": "{" });
    const broken = await npmRun("registry:templates:validate", [more]);
    expect(broken).toEqual({ exitCode: 1, stdout: expect.stringContaining("template.json:1:2: error: ") });
    const { exitCode } = await npmRun("registry:agents:publish", [], "wrong");
    expect(exitCode).toBe(1);
  });

  it.each(kinds)("%s:validate: 0 for all that is shipped", async (kind) => {
    const { exitCode, stdout } = await runHere(`registry:${kind}:validate`, []);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`${shipped[kind]} ${kind}`);
  });

  it.each(kinds)("%s:validate and :publish: 1 if a manifest is no JSON", async (kind) => {
    const [noun, cwd] = [kind.slice(0, -1), await smallRepository()];
    const more = await directoryWith({ [`${kind}/broken/${noun}.json`]: '{\n  "version": }' });
    for (const script of [`registry:${kind}:validate`, `registry:${kind}:publish`]) {
      const { exitCode, stdout } = await runHere(script, [more], { token: ada.token, cwd });
      expect(exitCode, script).toBe(1);
      expect(stdout).toMatch(new RegExp(`${kind}/broken/${noun}\\.json:2:14: error: `));
    }
    await nothingPublished(ada);
  });

  it.each(kinds)("%s:publish: not 0 if the service refuses, or does not answer", async (kind) => {
    const [script, cwd] = [`registry:${kind}:publish`, await smallRepository()];
    const { token } = await person("viewer");
    expect((await runHere(script, [], { cwd, token })).exitCode).toBe(1);
    expect((await runHere(script, [], { cwd, token: "wrong" })).exitCode).toBe(4);
    expect((await runHere(script, [], { cwd, env: { NOFX_ORIGIN: "http://127.0.0.1:1" } })).exitCode).toBe(3);
  });

  it("sync: with REGISTRY_DRY_RUN=1 it only plans; then it publishes everything, and the scripts of one kind find it", async () => {
    const ran = { token: ada.token, cwd: await smallRepository() };
    const planned = await runHere("registry:sync", ["--json"], { ...ran, env: { REGISTRY_DRY_RUN: "1" } });
    expect(planned.exitCode).toBe(0);
    expect(planned.json()).toMatchObject({ ok: true, applied: false });
    await nothingPublished(ada);
    expect(await runHere("registry:agents:publish", [], ran)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("✓ 1 created"),
    });
    const synced = await runHere("registry:sync", ["--json"], ran);
    expect(synced.exitCode).toBe(0);
    expect(synced.json()).toMatchObject({ summary: { outcomes: { created: 1, identical: 1 } } });
    for (const [script, id] of [
      ["registry:agents:publish", "greeter"],
      ["registry:templates:publish", "welcome"],
    ] as const) {
      const again = await runHere(script, ["--json"], ran);
      expect(again.json()).toMatchObject({ items: [{ id, action: "unchanged" }] });
    }
  });

  it("sync: 1 if a manifest is no JSON, and nothing is published", async () => {
    const grace = await person("admin");
    const more = await directoryWith({ "templates/broken/template.json": "{" });
    const ran = { token: grace.token, cwd: await smallRepository() };
    const { exitCode, stdout } = await runHere("registry:sync", [more], ran);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 1,
      stdout: expect.stringContaining("template.json:1:2: error: "),
    });
    await nothingPublished(grace);
  });
});
