import { mkdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { SarifLog } from "../src/output/sarif.ts";
import { directoryWith, nofx, nofxJson } from "./cli.ts";

const agent = (change: object = {}) =>
  JSON.stringify(
    {
      agentId: "greeter",
      name: "Greeter",
      version: "1.1.0",
      tags: ["people", "writing", "welcome"],
      metadata: { owner: "team@example.com", source: "agents/greeter", license: "MIT" },
      manifest: { entryPrompt: "prompts/system.md" },
      ...change,
    },
    null,
    2,
  );
const template = (change: object = {}) =>
  JSON.stringify({
    templateId: "coach",
    name: "Coach",
    version: "1.0.0",
    tags: ["people", "writing", "welcome"],
    metadata: { owner: "team@example.com", source: "templates/coach", license: "MIT" },
    content: { kind: "prompt", instructions: "Coach.", input: [{ type: "input_text", text: "Now." }] },
    ...change,
  });
const good = {
  "agents/greeter/agent.json": agent(),
  "agents/greeter/prompts/system.md": "Greet.\n",
  "agents/greeter/versions/1.0.0/agent.json": agent({ version: "1.0.0" }),
  "agents/greeter/versions/1.0.0/prompts/system.md": "Hail.\n",
  "templates/coach/template.json": template(),
  "node_modules/x/agent.json": "{",
};

describe("nofx validate", () => {
  it("0: checks every agent and template below the working directory, earlier versions too", async () => {
    const cwd = await directoryWith(good);
    const { exitCode, stdout } = await nofx(["validate"], { cwd });
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: "✓ 1 agent, 1 template in 3 versions: 0 errors, 0 warnings\n",
    });
    const { document } = await nofxJson("validate", ["validate", "agents", "agents/greeter"], { cwd });
    expect(document).toMatchObject({
      valid: true,
      checked: [
        { kind: "agent", id: "greeter", version: "1.0.0", file: "agents/greeter/versions/1.0.0/agent.json" },
        { kind: "agent", id: "greeter", version: "1.1.0", file: "agents/greeter/agent.json" },
      ],
    });
  });

  it("1: says of everything that is wrong in which file, line and column it is", async () => {
    const cwd = await directoryWith({
      ...good,
      "agents/greeter/agent.json": agent({ version: "one" }),
      "templates/coach/template.json": '{\n  "templateId": coach\n}',
      "agents/gone/versions/1.0.0/agent.json": agent({
        agentId: "gone",
        version: "1.0.0",
        metadata: { owner: "team@example.com", source: "agents/gone", license: "MIT" },
      }),
      "agents/gone/versions/1.0.0/prompts/system.md": "Go.\n",
    });
    const { exitCode, stdout } = await nofx(["validate", "."], { cwd });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^agents\/greeter\/agent\.json:4:14: error: \$\.version: Use a semantic version/m);
    expect(stdout).toMatch(/^templates\/coach\/template\.json:2:17: error: /m);
    expect(stdout).toMatch(/^agents\/gone\/agent\.json: error: The directory has no agent\.json$/m);
    expect(stdout).toMatch(/^✗ 2 agents, 1 template in 5 versions: 4 errors, 0 warnings$/m);
    const { exitCode: same, document } = await nofxJson("validate", ["validate"], { cwd });
    expect(same).toBe(1);
    expect(document).toMatchObject({ valid: false, summary: { errors: 4 } });
  });

  it("1: holds directories against the standard of packages", async () => {
    const cwd = await directoryWith({
      ...good,
      "agents/greeter/agent.json": agent({ metadata: {}, capabilities: [{ id: "greet", label: "Greet" }] }),
      "agents/greeter/notes.txt": "x",
    });
    const { exitCode, document } = await nofxJson("validate", ["validate"], { cwd });
    expect(exitCode).toBe(1);
    const { findings } = document as { findings: { code: string; file: string }[] };
    expect(findings.map(({ code, file }) => `${code} ${file}`)).toEqual([
      "owner_missing agents/greeter/agent.json",
      "source_missing agents/greeter/agent.json",
      "license_missing agents/greeter/agent.json",
      "capabilities_disagree agents/greeter/agent.json",
      "file_misplaced agents/greeter/notes.txt",
    ]);
  });

  it("0, and 1 with --strict: warnings", async () => {
    const cwd = await directoryWith({ ...good, "agents/greeter/agent.json": agent({ descripton: "Greets." }) });
    const { exitCode, stdout } = await nofx(["validate"], { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^agents\/greeter\/agent\.json:18:3: warning: \$\.descripton: .*did you mean "description"\?/m,
    );
    expect((await nofx(["validate", "--strict"], { cwd })).exitCode).toBe(1);
  });

  it("0: a directory that is named itself may have another name, with a warning; among others it may not", async () => {
    const cwd = await directoryWith(good);
    await mkdir(join(cwd, "elsewhere"));
    await rename(join(cwd, "agents/greeter"), join(cwd, "elsewhere/checkout"));
    for (const path of ["elsewhere/checkout", "elsewhere/checkout/agent.json"]) {
      const { exitCode, stdout } = await nofx(["validate", path], { cwd });
      expect(exitCode).toBe(0);
      expect(stdout).toContain('checkout/agent.json: warning: The directory is called "checkout"');
    }
    const among = await nofx(["validate", "elsewhere"], { cwd });
    expect(among.exitCode).toBe(1);
    expect(among.stdout).toContain('error: $.agentId: agentId is "greeter", but the directory is called "checkout"');
  });

  it("an earlier version's file stands for its agent", async () => {
    const cwd = await directoryWith(good);
    const argv = ["validate", "agents/greeter/versions/1.0.0/agent.json"];
    expect((await nofxJson("validate", argv, { cwd })).document).toMatchObject({ summary: { versions: 2 } });
  });

  it("takes a manifest in a file of any name", async () => {
    const sound = agent({ manifest: { entryPrompt: "a.md" }, files: [{ path: "a.md", content: "Hi" }] });
    const cwd = await directoryWith({
      "a.json": sound,
      "t.json": template(),
      "x.json": "{}",
      "y.json": "{,}",
      "n.json": agent({ agentId: 7 }),
    });
    expect(await nofx(["validate", "a.json", "t.json"], { cwd })).toMatchObject({
      exitCode: 0,
      stdout: "✓ 1 agent, 1 template in 2 versions: 0 errors, 0 warnings\n",
    });
    const { exitCode, stdout } = await nofx(["validate", "x.json", "y.json", "n.json"], { cwd });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^x\.json:1:1: error: Neither an agent nor a template/m);
    expect(stdout).toMatch(/^y\.json:1:2: error: /m);
    expect(stdout).toMatch(/^n\.json:2:14: error: \$\.agentId/m);
  });

  it("1: says what to do where there is nothing, or no such path", async () => {
    const cwd = await directoryWith({ "empty/.keep": "" });
    const nothing = await nofx(["validate", "empty"], { cwd });
    expect(nothing).toMatchObject({ exitCode: 1, stdout: "" });
    expect(nothing.stderr).toMatch(/^error: empty: There is no agent\.json and no template\.json\n {2}→ /);
    const { document } = await nofxJson("validate", ["validate", "absent"], { cwd });
    expect(document).toMatchObject({ error: { code: "file", message: expect.stringMatching(/absent: No such file/) } });
  });

  it("0 and 1 with --remote: the services are asked about what is good by the rules here", async () => {
    const cwd = await directoryWith(good);
    const { exitCode, stdout, stderr } = await nofx(["validate", "--remote", "--verbose"], { cwd });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining("3 versions: 0 errors") });
    expect(stderr.match(/POST \S+\/api\/(agents|templates)\/validate → 200 in \d+ ms, \S+/g)).toHaveLength(3);
    const away = await nofx(["validate", "--remote"], { cwd, origin: "http://127.0.0.1:1" });
    expect(away.exitCode).toBe(3);
  });

  const bad = {
    ...good,
    "agents/greeter/agent.json": agent({ version: "one" }),
    "templates/coach/template.json": template({ "a%b\n::error::|x|<b>": 1 }),
  };

  it("1 with --format github: annotates file, line and column; what is written in files is no command", async () => {
    const cwd = await directoryWith(bad);
    const { exitCode, stdout } = await nofx(["validate", "--format", "github"], { cwd });
    expect(exitCode).toBe(1);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(
      /^::error file=agents\/greeter\/agent\.json,line=4,col=14,title=nofx [a-z_]+::\$\.version: Use a semantic version/,
    );
    expect(lines[1]).toMatch(/^::warning file=templates\/coach\/template\.json,line=1,col=\d+,title=nofx \w+::/);
    expect(lines[1]).toContain("a%25b\\n::error::|x|<b>");
    expect(lines[2]).toBe("1 agent, 1 template in 3 versions: 1 error, 1 warning");
    expect(lines).toHaveLength(3);
  });

  it("1 with --format github: a finding without a line is of its file; commas and colons end no property", async () => {
    const cwd = await directoryWith({ "agents/a,b:c/versions/1.0.0/agent.json": agent({ version: "1.0.0" }) });
    const { stdout } = await nofx(["validate", "--format", "github"], { cwd });
    expect(stdout).toMatch(
      /^::error file=agents\/a%2Cb%3Ac\/agent\.json,title=nofx \w+::The directory has no agent\.json$/m,
    );
  });

  it("names files from the root of the repository, as GitHub Actions tells it", async () => {
    const root = await directoryWith({ "sub/agents/greeter/agent.json": "{", "other/.keep": "" });
    const places = async (GITHUB_WORKSPACE: string, format: string) =>
      (await nofx(["validate", "--format", format], { cwd: join(root, "sub"), env: { GITHUB_WORKSPACE } })).stdout;
    expect(await places(root, "github")).toContain("file=sub/agents/greeter/agent.json,");
    expect(await places(root, "text")).toMatch(/^agents\/greeter\/agent\.json:1:/);
    expect(await places(join(root, "other"), "github")).toContain("file=agents/greeter/agent.json,");
  });

  it("1 with --format sarif: what code scanning takes", async () => {
    const cwd = await directoryWith({ ...bad, "agents/a b#?/agent.json": "{" });
    const { exitCode, stdout } = await nofx(["validate", "--format", "sarif"], { cwd });
    expect(exitCode).toBe(1);
    const { version, runs } = JSON.parse(stdout) as SarifLog;
    expect({ version, columnKind: runs[0]?.columnKind }).toEqual({ version: "2.1.0", columnKind: "utf16CodeUnits" });
    const [{ results, tool }] = runs as [SarifLog["runs"][number]];
    const uris = results.map((each) => each.locations[0]?.physicalLocation.artifactLocation.uri);
    expect(uris).toContain("agents/a%20b%23%3F/agent.json");
    expect(results).toContainEqual({
      ruleId: expect.any(String),
      level: "error",
      message: { text: expect.stringMatching(/^\$\.version: Use a semantic version/) },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: "agents/greeter/agent.json", uriBaseId: "%SRCROOT%" },
            region: { startLine: 4, startColumn: 14 },
          },
        },
      ],
    });
    const rules = tool.driver.rules.map(({ id }) => id);
    expect(rules).toEqual([...new Set(results.map(({ ruleId }) => ruleId))].sort());
  });

  it("writes reports beside what it says: one run for a log, a summary, code scanning and a program", async () => {
    const cwd = await directoryWith(bad);
    const reports = ["markdown=s=1.md", "sarif=n.sarif", "json=n.json", "text=n.txt"].flatMap((each) => [
      "--report",
      each,
    ]);
    const { exitCode, stdout } = await nofx(["validate", "--format", "github", ...reports], { cwd });
    expect({ exitCode, isGitHub: stdout.startsWith("::error ") }).toEqual({ exitCode: 1, isGitHub: true });
    const read = (name: string) => readFile(join(cwd, name), "utf8");
    const { document } = await nofxJson("validate", ["validate"], { cwd });
    expect(JSON.parse(await read("n.json"))).toEqual(document);
    expect(await read("n.sarif")).toBe((await nofx(["validate", "--format", "sarif"], { cwd })).stdout);
    expect(await read("n.txt")).toBe((await nofx(["validate"], { cwd })).stdout);
    const summary = await read("s=1.md");
    expect(summary).toBe((await nofx(["validate", "--format", "markdown"], { cwd })).stdout);
    expect(summary).toMatch(/^### ❌ nofx validate\n\n1 agent, 1 template in 3 versions: 1 error, 1 warning\n\n\|/);
    expect(summary).toMatch(
      /^\| error \| agents\/greeter\/agent\.json:4:14 \| \$\.version: Use a semantic version .* \|$/m,
    );
    expect(summary).toContain("a%b\\\\n::error::\\|x\\|&lt;b&gt;");
  });

  it("0 with --format: what is good is one line, and a log without results", async () => {
    const cwd = await directoryWith(good);
    const told = "1 agent, 1 template in 3 versions: 0 errors, 0 warnings\n";
    expect((await nofx(["validate", "--format", "github"], { cwd })).stdout).toBe(told);
    expect((await nofx(["validate", "--format", "markdown"], { cwd })).stdout).toBe(`### ✅ nofx validate\n\n${told}`);
    const log = (await nofx(["validate", "--format", "sarif"], { cwd })).json<SarifLog>();
    expect(log.runs[0]?.results).toEqual([]);
  });

  it("tells 200 findings in a table, and how many there are besides", async () => {
    const unknown = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`zzz${index}`, 1]));
    const cwd = await directoryWith({ ...good, "agents/greeter/agent.json": agent(unknown) });
    const { stdout } = await nofx(["validate", "--format", "markdown"], { cwd });
    expect(stdout.match(/^\| warning \|/gm)).toHaveLength(200);
    expect(stdout).toMatch(/\n\n… and 1 more\.\n$/);
  });

  it("2: a format that there is not, a report without a file, and two formats at once", async () => {
    const cwd = await directoryWith(good);
    for (const wrong of [
      ["--format", "xml"],
      ["--report", "sarif"],
      ["--report", "xml=a"],
      ["--json", "--format", "sarif"],
    ])
      expect((await nofx(["validate", ...wrong], { cwd })).exitCode, wrong.join(" ")).toBe(2);
  });
});
