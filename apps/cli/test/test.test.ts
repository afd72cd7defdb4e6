import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { directoryWith, nofx, nofxJson, person, temporaryDirectory } from "./cli.ts";

interface Report {
  readonly passed: boolean;
  readonly templates: readonly {
    readonly offline: boolean;
    readonly agents: readonly object[];
    readonly cases: readonly { readonly name: string; readonly environment?: string; readonly kind: string }[];
  }[];
  readonly findings: readonly { readonly line?: number; readonly message: string }[];
}

const points = join(import.meta.dirname, "../src/author/starting-points");
const change = async (file: string, from: string, to: string): Promise<void> => {
  const text = await readFile(file, "utf8");
  expect(text).toContain(from);
  await writeFile(file, text.replace(from, to));
};

describe("nofx test", () => {
  let cwd: string;
  beforeEach(async () => {
    cwd = await temporaryDirectory();
    await nofx(["new", "template", "brief", "--owner", "docs@example.com", "--from", "pipeline"], { cwd });
  });
  const file = () => join(cwd, "templates/brief/template.json");
  const test = (...argv: string[]) => nofxJson<Report>("test", ["test", ...argv], { cwd });

  it("0: tells each test, where it ran, and the agents that it ran with", async () => {
    const { exitCode, stdout } = await nofx(["test", "templates", "--offline"], { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toContain("templates/brief/template.json 0.1.0 (offline)\n");
    expect(stdout).toContain("✓ Each step waits for the one before it (development, production × highest, lowest)\n");
    expect(stdout).toContain("✓ Inputs at the edges of what variables take");
    expect(stdout).toContain("  lowest: researcher 0.1.0, writer 0.1.0, reviewer 0.1.0\n");
    expect(stdout).toMatch(/✓ \d+ passed, 0 failed\n$/);
  });

  it("1: a failure has its place in the file, the path in the plan, what was expected and what was found", async () => {
    await change(file(), '"equals": 400', '"equals": 500');
    const { exitCode, document } = await test("--offline");
    expect({ exitCode, document }).toMatchObject({ exitCode: 1, document: { passed: false, summary: { failed: 2 } } });
    const line = (await readFile(file(), "utf8")).split("\n").findIndex((text) => text.includes('"equals": 500')) + 1;
    const [found] = document.findings;
    expect(document.findings).toHaveLength(1);
    expect(found?.message).toBe(
      "Production writes at full length (in production with the highest agents): $.steps[?@.id=='write'].inputs.maxWords: expected 500, found 400",
    );
    expect(line - (found?.line ?? 0)).toBeLessThanOrEqual(2);
    const { stdout } = await nofx(["test", "--offline"], { cwd });
    expect(stdout).toContain("✗ Production writes at full length (production × highest, lowest): 2 of 2 failed\n");
    expect(stdout).toMatch(/^templates\/brief\/template\.json:\d+:\d+: error: \$\.content\.tests\[1\]\.plan\[0\]: /m);
  });

  it("0: only the test, and only in the environment, that is asked for", async () => {
    const named = await test("--offline", "--name", "Development is short");
    expect(new Set(named.document.templates[0]?.cases.map(({ name }) => name))).toEqual(
      new Set(["Development is short"]),
    );
    const there = await test("--offline", "--environment", "production");
    const { cases = [] } = there.document.templates[0] ?? {};
    expect(new Set(cases.map(({ environment }) => environment))).toEqual(new Set(["production"]));
  });

  it("1: names what there is if nothing is called so", async () => {
    const nowhere = await nofx(["test", "--offline", "--environment", "moon"], { cwd });
    expect(nowhere).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("It has: development, production.") });
    const nobody = await nofx(["test", "--offline", "--name", "Moon"], { cwd });
    expect(nobody).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('No test is called "Moon"') });
  });

  it("0: asks the registry for versions of agents, beside those that lie here", async () => {
    const { registry, token } = await person("publisher");
    for (const version of ["1.0.0", "1.4.0"]) {
      await unwrap(registry.publishAgent({ body: manifest({ agentId: "writer", version }) }));
    }
    const { exitCode, document } = await nofxJson<Report>("test", ["test"], { cwd, token });
    expect({ exitCode, document }).toMatchObject({
      exitCode: 0,
      document: {
        templates: [
          {
            offline: false,
            agents: [
              { resolution: "highest", versions: { writer: "1.4.0", reviewer: "0.1.0" } },
              { resolution: "lowest", versions: { writer: "0.1.0" } },
            ],
          },
        ],
      },
    });
  });

  it("0: an environment that wants other agents has them", async () => {
    const writer = join(cwd, "agents/writer");
    const old = await readFile(join(writer, "agent.json"), "utf8");
    await change(join(writer, "agent.json"), '"version": "0.1.0"', '"version": "0.2.0"');
    await mkdir(join(writer, "versions/0.1.0/prompts"), { recursive: true });
    await writeFile(join(writer, "versions/0.1.0/agent.json"), old);
    await writeFile(join(writer, "versions/0.1.0/prompts/system.md"), "Write.\n");
    await change(file(), '"production": {', '"production": { "agents": { "writer": ">=0.2.0" },');
    const { document } = await test("--offline");
    expect(document.templates[0]?.agents).toContainEqual({
      resolution: "lowest",
      environment: "production",
      versions: { researcher: "0.1.0", writer: "0.2.0", reviewer: "0.1.0" },
    });
    expect((await nofx(["test", "--offline"], { cwd })).stdout).toContain("lowest in production: researcher 0.1.0");
  });

  it("0: where the registry does not answer, says so and takes what lies here; 4: a bad token is none", async () => {
    const away = await nofx(["test"], { cwd, origin: "http://127.0.0.1:1" });
    expect(away.exitCode).toBe(0);
    expect(away.stderr).toMatch(
      /^warning: http:\/\/127\.0\.0\.1:1 does not answer.*; taking what lies in the directory\n$/,
    );
    expect((await nofx(["test"], { cwd, token: "nofx_bad" })).exitCode).toBe(4);
  });

  it("1: says which agent is missing and what to do", async () => {
    await cp(join(points, "templates/single-step"), join(cwd, "elsewhere/templates/single-step"), { recursive: true });
    const { exitCode, document } = await test("elsewhere", "--offline");
    expect({ exitCode, document }).toMatchObject({
      exitCode: 1,
      document: { error: { code: "dependencies_unsatisfiable", next: expect.stringContaining("offline") } },
    });
  });

  it("1: an agent that is nowhere is told with its place, by test and by render", async () => {
    await change(file(), '"researcher": ">=0.1.0"', '"reseacher": ">=0.1.0"');
    for (const argv of [["test"], ["render", "templates/brief", "--var", "topic=x"]]) {
      const { exitCode, stderr } = await nofx([...argv, "--offline"], { cwd });
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(
        /^templates\/brief\/template\.json:\d+:\d+: error: \$\.content\.dependencies\.agents\.reseacher: There is no agent reseacher, /,
      );
    }
  });

  it("1: an agent of an environment whose range nothing fits is told with its place", async () => {
    const production = '"description": "What readers get."';
    await change(file(), production, `${production}, "agents": { "writer": ">=9.0.0" }`);
    const { exitCode, stderr } = await nofx(["test", "--offline"], { cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/template\.json:\d+:\d+: error: \$\.content\.environments\.production\.agents\.writer: No /);
    expect(stderr).toContain("here it is >=9.0.0; there are 0.1.0");
  });

  it("1: what is not valid is told with its place, and what is no template is refused", async () => {
    await change(file(), '"version": "0.1.0"', '"version": "one"');
    const invalid = await nofx(["test", "--offline"], { cwd });
    expect(invalid).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/template\.json:\d+:\d+: error: /) });
    const agents = await nofx(["test", "agents"], { cwd });
    expect(agents.stderr).toMatch(/^error: agents: There is no template\n/);
    const alone = await directoryWith({
      "t.json": await readFile(join(points, "templates/prompt/template.json"), "utf8"),
    });
    expect((await nofx(["test", "t.json", "--offline"], { cwd: alone })).exitCode).toBe(0);
  });

  it("0: templates that depend on templates are resolved with what is published, and with what lies here", async () => {
    const { registry, marketplace, token } = await person("publisher");
    await unwrap(registry.publishAgent({ body: manifest({ agentId: "painter", version: "1.0.0" }) }));
    const steps = [{ id: "paint", agentId: "painter" }];
    const inner = {
      templateId: "inner",
      name: "Inner",
      version: "1.2.0",
      content: { kind: "workflow" as const, steps },
    };
    await unwrap(marketplace.publishTemplate({ body: inner }));
    const content = { ...inner.content, dependencies: { templates: { inner: "^1.0.0" } } };
    const tests = [{ name: "It paints", plan: [{ path: "$.steps[*]", count: 1 }] }];
    const outer = JSON.stringify({ ...inner, templateId: "outer", content: { ...content, tests } });
    const here = await directoryWith({ "templates/outer/template.json": outer });
    expect(await nofxJson("test", ["test"], { cwd: here, token })).toMatchObject({ exitCode: 0 });
    const alone = await nofx(["test", "--offline"], { cwd: here });
    expect(alone).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Only what lies in this repository") });
    const strange = await directoryWith({ "templates/outer/template.json": outer.replace("inner", "absent") });
    expect((await nofx(["test"], { cwd: strange, token })).exitCode).toBe(1);
  });

  it("0: what agents and templates of the repository depend on is there offline, and what agents of the registry do", async () => {
    const agentOf = (agentId: string, agents: Record<string, string> = {}) =>
      manifest({ agentId, version: "1.0.0", manifest: { entryPrompt: "prompts/system.md", dependencies: { agents } } });
    const prompt = { path: "prompts/system.md", content: "Do it.", encoding: "utf-8" as const };
    const painter = { ...agentOf("painter", { mixer: "^1.0.0" }), files: [prompt] };
    const mixer = { ...agentOf("mixer"), files: [prompt] };
    const content = { kind: "workflow", steps: [{ id: "paint", agentId: "painter" }] };
    const inner = { templateId: "inner", name: "Inner", version: "1.0.0", content };
    const dependencies = { templates: { inner: "^1.0.0" } };
    const outer = { ...inner, templateId: "outer", content: { ...content, dependencies } };
    const here = await directoryWith({
      "templates/inner/template.json": JSON.stringify(inner),
      "templates/outer/template.json": JSON.stringify(outer),
      "agents/painter/agent.json": JSON.stringify(painter),
      "agents/mixer/agent.json": JSON.stringify(mixer),
    });
    const offline = await nofxJson("test", ["test", "--offline"], { cwd: here });
    expect(offline).toMatchObject({ exitCode: 0, document: { summary: { templates: 2 } } });
    const { registry, token } = await person("publisher");
    for (const body of [mixer, painter]) await unwrap(registry.publishAgent({ body }));
    const alone = await directoryWith({ "templates/inner/template.json": JSON.stringify(inner) });
    const online = await nofxJson<Report>("test", ["test"], { cwd: alone, token });
    expect(online.document.templates[0]?.agents).toContainEqual({
      resolution: "highest",
      versions: { painter: "1.0.0" },
    });
  });
});
