import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import { directoryWith, nofx, nofxJson, type Person, person } from "./cli.ts";

const step = { id: "a", agentId: "writer" };
const template = (version: string, steps: object[] = [step]) => ({
  templateId: "plan",
  name: "Plan",
  version,
  content: { kind: "workflow" as const, versionFile: `versions/${version}.json` },
  files: [{ path: `versions/${version}.json`, content: JSON.stringify({ steps }), encoding: "utf-8" as const }],
});
const agent = (version: string, words: string, more: object = {}) =>
  manifest({
    capabilities: [{ id: "greet", label: "Greet" }],
    agentId: "greeter",
    version,
    manifest: { entryPrompt: "prompts/system.md" },
    files: [{ path: "prompts/system.md", content: words, encoding: "utf-8" }],
    ...more,
  } as never);

describe("nofx diff", () => {
  let ada: Person;
  const diff = (argv: readonly string[], cwd?: string) =>
    nofx(["diff", ...argv], { token: ada.token, ...(cwd !== undefined && { cwd }) });
  const json = async (argv: readonly string[], cwd?: string) =>
    (await nofxJson("diff", ["diff", ...argv], { token: ada.token, ...(cwd !== undefined && { cwd }) })).document;
  beforeAll(async () => {
    ada = await person("publisher");
    const skilled = {
      capabilities: [
        { id: "greet", label: "Greet" },
        { id: "wave", label: "Wave" },
      ],
    };
    for (const body of [agent("1.0.0", "Greet.\n"), agent("1.1.0", "Greet warmly.\n", skilled)]) {
      await unwrap(ada.registry.publishAgent({ body }));
    }
    await unwrap(ada.registry.publishAgent({ body: manifest({ agentId: "writer" }) }));
    for (const body of [template("1.0.0"), template("2.0.0", [step, { id: "b", agentId: "writer" }])]) {
      await unwrap(ada.marketplace.publishTemplate({ body }));
    }
  });
  const here = (version: string, words: string, more: object = {}) => {
    const { files: _files, ...content } = agent(version, words, more);
    return directoryWith({ "greeter/agent.json": JSON.stringify(content), "greeter/prompts/system.md": words });
  };

  it("0: tells each difference between published versions, and what they demand", async () => {
    const { exitCode, stdout } = await diff(["agent:greeter", "1.0.0"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^agent greeter 1\.0\.0 → 1\.1\.0\n/);
    expect(stdout).toMatch(/^ {2}minor \$\.capabilities/m);
    expect(stdout).toMatch(/The step is minor\.\n$/);
    expect(await json(["template:plan", "1.0.0", "2.0.0"])).toMatchObject({ kind: "template", differs: true });
    expect((await diff(["agent:greeter", "1.0.0", "1.0.0"])).stdout).toContain("Nothing differs.");
  });

  it("1 with --exit-code if anything differs, 0 if nothing does", async () => {
    expect((await diff(["agent:greeter", "1.0.0", "1.1.0", "--exit-code"])).exitCode).toBe(1);
    expect((await diff(["agent:greeter", "1.0.0", "1.0.0", "--exit-code"])).exitCode).toBe(0);
  });

  it("0: --text is a unified diff of documents and files, of steps as steps", async () => {
    const agents = await diff(["agent:greeter", "1.0.0", "1.1.0", "--text"]);
    expect(agents.stdout).toContain("--- 1.0.0/prompts/system.md\n+++ 1.1.0/prompts/system.md\n");
    expect(agents.stdout).toContain("\n-Greet.\n+Greet warmly.\n");
    const templates = await diff(["template:plan", "1.0.0", "2.0.0", "--text"]);
    expect(templates.stdout).toMatch(/^\+ {6}"id": "b"$/m);
    expect(templates.stdout).not.toMatch(/^\+ {6}"id": "a"$/m);
    expect((await diff(["agent:greeter", "1.0.0", "1.0.0", "--text"])).stdout).toBe("");
  });

  it.each([
    [
      "same",
      "1.1.0",
      "Greet warmly.\n",
      {
        capabilities: [
          { id: "greet", label: "Greet" },
          { id: "wave", label: "Wave" },
        ],
      },
      undefined,
    ],
    [
      "taken",
      "1.1.0",
      "Shout.\n",
      {
        capabilities: [
          { id: "greet", label: "Greet" },
          { id: "wave", label: "Wave" },
        ],
      },
      "1.1.1",
    ],
    ["too_small", "1.1.1", "Greet.\n", {}, "2.0.0"],
    ["enough", "2.0.0", "Greet.\n", {}, undefined],
  ])("0: of what lies here the version number is %s", async (outcome, version, words, more, least) => {
    const cwd = await here(version, words, more);
    const told = await json(["greeter"], cwd);
    expect(told).toMatchObject({ from: "1.1.0", to: version, file: "greeter/agent.json", verdict: { outcome } });
    expect((told as { verdict: { least?: string } }).verdict.least).toBe(least);
    const sign = least === undefined ? "✓" : "✗";
    expect((await diff(["greeter/agent.json"], cwd)).stdout).toMatch(new RegExp(`\\n${sign} ${version} .*\\n$`));
  });

  it("0: what is not published yet may have any version; templates that lie here are compared with their steps", async () => {
    const { files = [], ...content } = template("2.0.1", [step]);
    const cwd = await directoryWith({
      "plan/template.json": JSON.stringify(content),
      "plan/versions/2.0.1.json": files[0]?.content ?? "",
      "fresh/agent.json": JSON.stringify({ ...agent("0.1.0", "x"), agentId: "fresh" }),
    });
    expect(await json(["plan"], cwd)).toMatchObject({ verdict: { outcome: "too_small", least: "3.0.0" } });
    expect((await diff(["plan", "--text"], cwd)).stdout).toMatch(/^-.*"id": "b"$/m);
    expect(await json(["plan", "1.0.0"], cwd)).toMatchObject({ from: "1.0.0", verdict: { outcome: "enough" } });
    expect(await json(["fresh"], cwd)).toMatchObject({ differs: true, verdict: { outcome: "new" } });
    expect((await diff(["fresh", "--text"], cwd)).stdout).toContain("+++ fresh/agent.json/agent.json");
  });

  it("1 and 2: what cannot be compared is told with what to do", async () => {
    const cwd = await directoryWith({ "bad/agent.json": "{", "two/a/agent.json": "{}", "two/b/agent.json": "{}" });
    expect(await diff(["bad"], cwd)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^bad\/agent\.json:1:/),
    });
    expect(await diff(["two"], cwd)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("Name the directory"),
    });
    expect((await diff(["bad", "1.0.0", "2.0.0"], cwd)).exitCode).toBe(2);
    expect(await diff(["agent:greeter"])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("[from]") });
    expect(await diff(["nowhere", "1.0.0"])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("no path") });
    expect((await diff(["agent:absent", "1.0.0"])).exitCode).toBe(1);
    expect((await diff(["agent:greeter", "9.0.0", "1.0.0"])).exitCode).toBe(1);
    expect((await diff(["agent:greeter", "one"])).exitCode).toBe(2);
  });
});
