import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { directoryWith, type Person, person, temporaryDirectory } from "./cli.ts";

const root = join(import.meta.dirname, "../../..");

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script of the repository as people do. */
const npmRun = async (
  script: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> => {
  const surroundings = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    NOFX_CONFIG: await temporaryDirectory(),
    NOFX_ORIGIN: inject("world").origin,
    npm_config_update_notifier: "false",
    ...env,
  };
  return await new Promise((resolve) => {
    const words = ["run", "--silent", script, ...(argv.length > 0 ? ["--", ...argv] : [])];
    execFile("npm", words, { cwd: root, env: surroundings }, (error, stdout, stderr) => {
      resolve({ exitCode: Number(error?.code ?? 0), stdout, stderr });
    });
  });
};

const directoriesOf = async (directory: string): Promise<number> => {
  const entries = await readdir(join(root, "packages/shared", directory), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).length;
};

const scripts = ["agents", "templates"] as const;

describe("npm run registry:…", () => {
  let ada: Person;
  let agents: number;
  let templates: number;
  beforeAll(async () => {
    ada = await person("admin");
    [agents, templates] = [await directoriesOf("agents"), await directoriesOf("templates")];
  });

  it.each(scripts)("%s:validate: 0 for all that is shipped", async (kind) => {
    const { exitCode, stdout } = await npmRun(`registry:${kind}:validate`, []);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(kind === "agents" ? `${agents} agents` : `${templates} templates`);
  });

  it.each(scripts)("%s:validate and :publish: 1 if a manifest is no JSON", async (kind) => {
    const noun = kind.slice(0, -1);
    const more = await directoryWith({ [`${kind}/broken/${noun}.json`]: '{\n  "version": }' });
    for (const script of [`registry:${kind}:validate`, `registry:${kind}:publish`]) {
      const { exitCode, stdout } = await npmRun(script, [more], { NOFX_TOKEN: ada.token });
      expect(exitCode, script).toBe(1);
      expect(stdout).toMatch(new RegExp(`${kind}/broken/${noun}\\.json:2:14: error: `));
    }
    const answer = await ada.registry.listAgents({ tenant: ada.tenant });
    expect(answer).toMatchObject({ ok: true, body: { agents: [] } });
  });

  it.each(scripts)("%s:publish: 1 if the service refuses, or does not answer", async (kind) => {
    const viewer = { NOFX_TOKEN: (await person("viewer")).token };
    const nobody = { NOFX_ORIGIN: "http://127.0.0.1:1" };
    for (const env of [viewer, { NOFX_TOKEN: "wrong" }, nobody]) {
      expect((await npmRun(`registry:${kind}:publish`, [], env)).exitCode).toBe(1);
    }
  });

  it("sync: with REGISTRY_DRY_RUN=1 it only plans; then it publishes everything, and the scripts of one kind find it", async () => {
    const env = { NOFX_TOKEN: ada.token };
    const planned = await npmRun("registry:sync", ["--json"], { ...env, REGISTRY_DRY_RUN: "1" });
    expect(planned.exitCode).toBe(0);
    expect(JSON.parse(planned.stdout)).toMatchObject({ ok: true, applied: false });
    expect(await ada.registry.listAgents({ tenant: ada.tenant })).toMatchObject({ body: { agents: [] } });
    expect(await npmRun("registry:agents:publish", [], env)).toMatchObject({ exitCode: 0 });
    expect(await npmRun("registry:sync", [], env)).toMatchObject({ exitCode: 0 });
    const again = await npmRun("registry:templates:publish", ["--json"], env);
    const { items } = JSON.parse(again.stdout) as { items: { id: string; action: string }[] };
    expect(new Set(items.map(({ id }) => id)).size).toBe(templates);
    expect(items.every(({ action }) => action === "unchanged")).toBe(true);
  });

  it("sync: 1 if a manifest is no JSON, and nothing is published", async () => {
    const grace = await person("admin");
    const more = await directoryWith({ "templates/broken/template.json": "{" });
    const { exitCode, stdout } = await npmRun("registry:sync", [more], { NOFX_TOKEN: grace.token });
    expect({ exitCode, stdout }).toEqual({
      exitCode: 1,
      stdout: expect.stringContaining("template.json:1:2: error: "),
    });
    expect(await grace.registry.listAgents({ tenant: grace.tenant })).toMatchObject({ body: { agents: [] } });
  });
});
