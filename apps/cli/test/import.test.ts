import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { unwrap } from "@nofx/client";
import { describe, expect, inject, it } from "vitest";
import { directoryWith, nofx, nofxJson, type Person, person } from "./cli.ts";
import { prompt } from "./manifests.ts";

const card = {
  name: "Echo",
  description: "Says it again.",
  version: "1.0",
  supportedInterfaces: [{ url: "https://echo.example.com/a2a", protocolBinding: "JSONRPC", protocolVersion: "1.0" }],
  capabilities: {},
  defaultInputModes: ["text/plain"],
  defaultOutputModes: ["text/plain"],
  skills: [{ id: "echo", name: "Echo", description: "Says it again.", tags: ["demo"] }],
};
const importing = async (files: Readonly<Record<string, string>>) => {
  const ada = await person("admin");
  const cwd = await directoryWith(files);
  const run = (...argv: string[]) => nofx(["import", ...argv], { token: ada.token, cwd });
  const json = (...argv: string[]) => nofxJson("import", ["import", ...argv], { token: ada.token, cwd });
  return { ada, cwd, run, json };
};

/** A directory with the same bundle in every form. */
const bundles = async (): Promise<{ cwd: string; giver: Person }> => {
  const giver = await person("admin");
  await unwrap(giver.marketplace.publishTemplate({ body: prompt(), visibility: "public" }));
  const cwd = await directoryWith({});
  for (const format of ["bundle", "tar", "json"]) {
    const argv = ["export", "--format", format, "--out", `b.${format}`];
    expect(await nofx(argv, { token: giver.token, cwd })).toMatchObject({ exitCode: 0 });
  }
  return { cwd, giver };
};

describe("nofx import", () => {
  it("0: an agent of another ecosystem, whose format it sees; the same again changes nothing", async () => {
    const { ada, run, json } = await importing({ "card.json": JSON.stringify(card) });
    const dry = await run("card.json", "--dry-run");
    expect(dry.stdout).toMatch(/^· agent:echo 1\.0\.0 would be imported\. Nothing was written\.$/m);
    expect(await ada.registry.getAgent({ agentId: "echo" })).toMatchObject({ status: 404 });
    const { exitCode, stdout } = await run("card.json", "--visibility", "public");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^not imported: \$\.version: .*\n✓ agent:echo 1\.0\.0 imported\n {2}sha256:\S+, change \S+$/m,
    );
    expect((await run("card.json")).stdout).toMatch(/^✓ agent:echo 1\.0\.0 is published already$/m);
    const { document } = await json("card.json", "--as", "agent:parrot@2.0.0", "--format", "a2a");
    expect(document).toMatchObject({ of: "agent", result: { agent: { agentId: "parrot", currentVersion: "2.0.0" } } });
  });

  it("0: what comes from stdin", async () => {
    const { ada } = await importing({});
    const env = { ...process.env, NOFX_ORIGIN: inject("world").origin, NOFX_TOKEN: ada.token };
    const main = join(import.meta.dirname, "../src/main.ts");
    const argv = [main, "import", "-", "--json"];
    const { status, stdout } = spawnSync(process.execPath, argv, { env, input: JSON.stringify(card) });
    expect({ status, document: JSON.parse(stdout.toString()) }).toMatchObject({
      status: 0,
      document: { result: { agent: { agentId: "echo" } } },
    });
  });

  it("0: a bundle of templates in any form, which it sees too", async () => {
    const { cwd } = await bundles();
    for (const format of ["bundle", "tar", "json"]) {
      const { token, marketplace } = await person("admin");
      const argv = ["import", `b.${format}`, "--visibility", "keep"];
      const dry = await nofx([...argv, "--dry-run"], { token, cwd });
      expect(dry.stdout).toMatch(/1 created, 0 unchanged, 0 in conflict, 0 not valid\. Nothing was written\.\n$/);
      const { exitCode, document } = await nofxJson("import", argv, { token, cwd });
      expect({ exitCode, document }).toMatchObject({ exitCode: 0, document: { result: { summary: { created: 1 } } } });
      const { template } = await unwrap(marketplace.getTemplate({ templateId: "coach" }));
      expect(template.visibility).toBe("public");
      expect((await nofx(argv, { token, cwd })).stdout).toMatch(/^0 created, 1 unchanged/);
    }
  });

  it("1: what is there with other content stays, is named, and with --atomic nothing is imported", async () => {
    const { cwd } = await bundles();
    const { token, marketplace } = await person("admin");
    await unwrap(marketplace.publishTemplate({ body: prompt({ name: "Other" }) }));
    const { exitCode, stdout } = await nofx(["import", "b.tar"], { token, cwd });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^✗ template:coach 1\.0\.0 conflict$/m);
    const { document } = await nofxJson("import", ["import", "b.json", "--atomic"], { token, cwd });
    expect(document).toMatchObject({ error: { code: "import_incomplete" } });
  });

  it("1: a file that is nothing of it, and what to do", async () => {
    const { run, json } = await importing({
      "list.json": "[]",
      "broken.json": '{\n  "a": x\n}',
      "x.json": '{"templates":[]}',
    });
    expect((await run("list.json")).stderr).toMatch(/\n {2}→ Run: nofx builder import list\.json\n$/);
    expect((await run("x.json")).stderr).toMatch(/\n {2}→ Run: nofx builder import x\.json\n$/);
    const broken = await run("broken.json");
    expect(broken).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^broken\.json:2:8: error: /) });
    expect(await json("absent.json")).toMatchObject({ exitCode: 1, document: { error: { code: "file" } } });
  });

  it("2: names what cannot be meant", async () => {
    const { run } = await importing({ "card.json": JSON.stringify(card), "what.json": "{}" });
    const told = async (...argv: string[]) => {
      const { exitCode, stderr } = await run(...argv);
      expect(exitCode).toBe(2);
      return stderr;
    };
    expect(await told("what.json")).toMatch(/^error: --format: what\.json does not say/);
    expect(await told("card.json", "--visibility", "keep")).toMatch(/^error: --visibility keep is for bundles/);
    expect(await told("card.json", "--atomic")).toMatch(/^error: --atomic is for bundles/);
    expect(await told("card.json", "--as", "template:x")).toMatch(/^error: --as: Write agent:<id>/);
    const { cwd, giver } = await bundles();
    for (const more of [
      ["--format", "mcp"],
      ["--visibility", "public"],
    ])
      expect(await nofx(["import", "b.json", ...more], { token: giver.token, cwd })).toMatchObject({ exitCode: 2 });
  });
});
