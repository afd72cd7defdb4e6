import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import { describe, expect, it } from "vitest";
import { directoryWith, nofx, nofxJson, person } from "./cli.ts";
import { workflow } from "./manifests.ts";

const published = async () => {
  const { token, registry, marketplace } = await person("admin");
  for (const version of ["1.0.0", "1.1.0"]) await unwrap(registry.publishAgent({ body: manifest({ version }) }));
  for (const templateId of ["welcome", "farewell"])
    await unwrap(marketplace.publishTemplate({ body: workflow({ templateId, tags: [templateId] }) }));
  const cwd = await directoryWith({ "there.json": "mine" });
  const run = (...argv: string[]) => nofx(["export", ...argv], { token, cwd });
  const json = (...argv: string[]) => nofxJson("export", ["export", ...argv], { token, cwd });
  return { token, cwd, run, json };
};
const idsIn = (text: string) =>
  (JSON.parse(text) as { bundle: { content: { templates: { templateId: string }[] } } }).bundle.content.templates.map(
    ({ templateId }) => templateId,
  );

describe("nofx export", () => {
  it("0: templates to stdout, which then has nothing else: all, those named, those that filters choose", async () => {
    const { run } = await published();
    const all = await run("--format", "json");
    expect(all).toMatchObject({ exitCode: 0, stderr: "" });
    expect(idsIn(all.stdout)).toEqual(["farewell", "welcome"]);
    expect(idsIn((await run("template:welcome", "--format", "json")).stdout)).toEqual(["welcome"]);
    const filters = ["--tag", "farewell", "--kind", "workflow", "--status", "active"];
    expect(idsIn((await run("--format", "json", ...filters)).stdout)).toEqual(["farewell"]);
    expect(idsIn((await run("--format", "json", "--category", "none")).stdout)).toEqual([]);
  });

  it("0: a packed bundle to a file, with its digest; a file that is there is replaced only with --force", async () => {
    const { run, json, cwd } = await published();
    const { exitCode, stdout } = await run("--out", "all.tgz");
    expect({ exitCode, stdout }).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^✓ all\.tgz: bundle, \d+ bytes, sha256:/),
    });
    expect([...(await readFile(join(cwd, "all.tgz"))).subarray(0, 2)]).toEqual([0x1f, 0x8b]);
    const refused = await json("--out", "there.json", "--format", "json");
    expect(refused).toMatchObject({ exitCode: 1, document: { error: { code: "file_exists" } } });
    expect(await readFile(join(cwd, "there.json"), "utf8")).toBe("mine");
    const { document } = await json("--out", "there.json", "--format", "json", "--force");
    expect(document).toMatchObject({ file: "there.json", digest: expect.stringMatching(/^sha256:/) });
  });

  it("0: an agent's current version or another, and what its document does not hold", async () => {
    const { run, json, cwd } = await published();
    const current = await run("agent:greeter", "--format", "a2a");
    expect(JSON.parse(current.stdout)).toMatchObject({ name: "Greeter", version: "1.1.0" });
    expect(current.stderr).toMatch(/^not exported: \$/m);
    const { document } = await json("agent:greeter@1.0.0", "--format", "oasf", "-o", "record.json");
    expect(document).toMatchObject({ format: "oasf", original: false, losses: expect.any(Array) });
    expect(JSON.parse(await readFile(join(cwd, "record.json"), "utf8"))).toMatchObject({ version: "1.0.0" });
    expect((await run("agent:greeter", "--format", "a2a", "-o", "card.json")).stdout).toMatch(/^✓ card\.json: a2a, /m);
  });

  it("2: names what cannot be meant", async () => {
    const { run, json, token } = await published();
    const told = async (...argv: string[]) => {
      const { exitCode, stderr } = await run(...argv);
      expect(exitCode).toBe(2);
      return stderr;
    };
    expect(await told("agent:greeter")).toMatch(/^error: --format: .*\n {2}→ Give --format a2a, mcp or oasf\./);
    expect(await told("agent:greeter", "agent:host", "--format", "a2a")).toMatch(/^error: An agent is exported alone/);
    expect(await told("agent:greeter@^1", "--format", "a2a")).toMatch(/^error: "\^1" is no version/);
    expect(await told("agent:greeter", "template:welcome")).toMatch(/^error: Agents and templates are not exported/);
    expect(await told("template:welcome", "--format", "a2a")).toMatch(/^error: --format: Templates are not exported/);
    expect(await told("template:welcome@1.0.0")).toMatch(/^error: A bundle has whole templates/);
    expect(await json("--format", "json")).toMatchObject({ exitCode: 2 });
    expect(await nofx(["export"], { token, columns: 80 })).toMatchObject({ exitCode: 2 });
  });

  it("1 and 4: what is not there, and who may not", async () => {
    const { run } = await published();
    expect(await run("template:nothing", "--format", "json")).toMatchObject({ exitCode: 1, stdout: "" });
    expect(await run("agent:nobody", "--format", "a2a")).toMatchObject({ exitCode: 1, stdout: "" });
    expect(await nofx(["export", "--format", "json"])).toMatchObject({ exitCode: 4 });
  });
});
