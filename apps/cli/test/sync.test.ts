import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { unwrap } from "@nofx/client";
import { describe, expect, it, vi } from "vitest";
import type { SyncOutput } from "../src/sync/sync-output.ts";
import { directoryWith, nofx, nofxJson, type Person, person, writeFiles } from "./cli.ts";
import { agentFiles, agentText, below, templateFiles } from "./sources.ts";

const both = {
  ...below("agents", agentFiles("greeter")),
  ...below("templates", templateFiles("welcome", "greeter")),
};

const versionThere = async ({ registry }: Person, agentId: string): Promise<string | undefined> => {
  const answer = await registry.getAgent({ agentId });
  return answer.ok && answer.status === 200 ? answer.body.agent.currentVersion : undefined;
};

const linesOf = ({ items }: SyncOutput) => items.map(({ kind, id, action, outcome }) => [kind, id, action, outcome]);

describe("nofx sync", () => {
  it("0: --plan tells what would be published, templates that wait for agents of the same sync too, and writes nothing", async () => {
    const ada = await person("admin");
    const options = { cwd: await directoryWith(both), token: ada.token };
    const { exitCode, stdout } = await nofx(["sync", "--plan"], options);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout:
        "create      agent:greeter 1.0.0\nwaits       template:welcome 1.0.0 for agent:greeter\n✓ 1 create, 1 waits\n",
    });
    for (const dry of [{ argv: ["sync", "--dry-run"] }, { argv: ["sync"], env: { REGISTRY_DRY_RUN: "1" } }]) {
      const { document } = await nofxJson<SyncOutput>("sync", dry.argv, { ...options, ...dry });
      expect(document).toMatchObject({ ok: true, applied: false, tenant: ada.tenant });
      expect(linesOf(document)).toEqual([
        ["agent", "greeter", "create", undefined],
        ["template", "welcome", "waits", undefined],
      ]);
    }
    expect(await versionThere(ada, "greeter")).toBeUndefined();
  });

  it("0: publishes agents before the templates that use them, and the same again changes nothing", async () => {
    const ada = await person("admin");
    const options = { cwd: await directoryWith(both), token: ada.token };
    const { exitCode, stdout } = await nofx(["sync", "templates", "agents", "--visibility", "public"], options);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: "created     agent:greeter 1.0.0\ncreated     template:welcome 1.0.0\n✓ 2 created\n",
    });
    expect(await versionThere(ada, "greeter")).toBe("1.0.0");
    const { template } = await unwrap(ada.marketplace.getTemplate({ templateId: "welcome" }));
    expect(template.visibility).toBe("public");
    expect(await nofx(["sync"], options)).toMatchObject({ exitCode: 0, stdout: "✓ 2 identical\n" });
  });

  it("0: templates that build on others of the directory are published after those", async () => {
    const ada = await person("admin");
    const onOther = (id: string) => ({
      content: {
        kind: "workflow",
        goal: "Greet.",
        versionFile: "versions/1.0.0.json",
        dependencies: { agents: { greeter: "^1.0.0" }, templates: { [id]: "^1.0.0" } },
      },
    });
    const cwd = await directoryWith({
      ...both,
      ...below("templates", templateFiles("a-last", "greeter", onOther("b-middle"))),
      ...below("templates", templateFiles("b-middle", "greeter", onOther("welcome"))),
    });
    const { exitCode, document } = await nofxJson<SyncOutput>("sync", ["sync"], { cwd, token: ada.token });
    expect(exitCode).toBe(0);
    expect(document.summary.outcomes).toMatchObject({ created: 4, failed: 0 });
    expect((await unwrap(ada.marketplace.listTemplates({ tenant: ada.tenant }))).templates).toHaveLength(3);
  });

  it("1: broken, conflicting or refused: says where and why, and publishes nothing; --partial the rest", async () => {
    const ada = await person("admin");
    const cwd = await directoryWith(both);
    const options = { cwd, token: ada.token };
    await nofx(["sync"], options);
    await writeFile(join(cwd, "agents/greeter/agent.json"), agentText({ description: "Other." }));
    const more = below("agents", {
      ...agentFiles("fresh"),
      "typo/agent.json": '{\n  "agentId": typo\n}',
    });
    const lost = below("templates", templateFiles("lost", "nobody"));
    await writeFiles(cwd, { ...more, ...lost });
    for (const argv of [["sync", "--plan"], ["sync"]]) {
      const { exitCode, stdout } = await nofx(argv, options);
      expect(exitCode).toBe(1);
      expect(stdout).toMatch(/^agents\/typo\/agent\.json:2:\d+: error: /m);
      expect(stdout).toMatch(
        /^conflict {4}agent:greeter 1\.0\.0\n +The version is already published with other content/m,
      );
      expect(stdout).toMatch(/^refused {5}template:lost 1\.0\.0\n +No choice of versions satisfies everybody: /m);
      expect(stdout).toMatch(/^✗ .*1 create.*Nothing was published; --partial publishes the rest$/m);
    }
    expect(await versionThere(ada, "fresh")).toBeUndefined();
    const { exitCode, document } = await nofxJson<SyncOutput>("sync", ["sync", "--partial"], options);
    expect(exitCode).toBe(1);
    expect(linesOf(document)).toEqual([
      ["agent", "fresh", "create", "created"],
      ["agent", "greeter", "conflict", undefined],
      ["agent", "typo", "broken", undefined],
      ["template", "lost", "refused", undefined],
      ["template", "welcome", "unchanged", "identical"],
    ]);
  });

  it("writes a report as Markdown: what would be published, what was, and why something cannot be", async () => {
    const ada = await person("admin");
    const cwd = await directoryWith(both);
    const options = { cwd, token: ada.token };
    const reported = async (...flags: string[]) => {
      await nofx(["sync", ...flags, "--report", "markdown=plan.md"], options);
      return await readFile(join(cwd, "plan.md"), "utf8");
    };
    expect(await reported("--plan")).toBe(
      "### ✅ What nofx sync would publish\n\n1 create, 1 waits\n\n|  | what | version | why |\n| --- | --- | --- | --- |\n" +
        "| create | agent:greeter | 1.0.0 |  |\n| waits | template:welcome | 1.0.0 | after agent:greeter |\n",
    );
    expect(await reported()).toMatch(/^### ✅ nofx sync\n\n2 created\n\n\|/);
    expect(await reported("--plan")).toBe("### ✅ What nofx sync would publish\n\n2 unchanged\n");
    await writeFiles(cwd, { "agents/greeter/agent.json": agentText({ description: "Other." }) });
    await writeFiles(cwd, { "templates/welcome/template.json": "{" });
    const amiss = await reported("--plan");
    expect(amiss).toMatch(/^### ❌ What nofx sync would publish\n/);
    expect(amiss).toMatch(/^\| conflict \| agent:greeter \| 1\.0\.0 \| .+ \|$/m);
    expect(amiss).toMatch(/^\| broken \| template:welcome \| .*templates\/welcome\/template\.json:1:2: .+ \|$/m);
    expect(amiss).toMatch(/It cannot be published like this\.\n$/);
    expect((await nofx(["sync", "--watch", "--report", "markdown=plan.md"], options)).exitCode).toBe(2);
  });

  it("0: --prune disables what no directory has, once everything else has gone well", async () => {
    const ada = await person("admin");
    const cwd = await directoryWith({
      ...both,
      ...below("more", agentFiles("second")),
      ...below("agents", agentFiles("old")),
      ...below("templates", templateFiles("stale", "old")),
    });
    const options = { cwd, token: ada.token };
    expect((await nofx(["sync"], options)).exitCode).toBe(0);
    await rm(join(cwd, "agents/old"), { recursive: true });
    await rm(join(cwd, "templates/stale"), { recursive: true });
    expect((await nofx(["sync"], options)).stdout).toContain("Not in the directories: 2; --prune disables them");
    await writeFile(join(cwd, "more/second/agent.json"), "{");
    const kept = await nofxJson<SyncOutput>("sync", ["sync", "--prune", "--partial"], options);
    expect(kept).toMatchObject({ exitCode: 1, document: { summary: { outcomes: { disabled: 0 } } } });
    await writeFile(join(cwd, "more/second/agent.json"), agentText({ agentId: "second" }));
    const { exitCode, document } = await nofxJson<SyncOutput>("sync", ["sync", "--prune"], options);
    expect(exitCode).toBe(0);
    expect(linesOf(document).filter(([, , action]) => action === "prune")).toEqual([
      ["template", "stale", "prune", "disabled"],
      ["agent", "old", "prune", "disabled"],
    ]);
    expect((await unwrap(ada.registry.getAgent({ agentId: "old" }))).agent.status).toBe("disabled");
    expect((await unwrap(ada.registry.getAgent({ agentId: "second" }))).agent.status).toBe("active");
  });

  it("syncs one agent's directory alone, and agents and templates that lie beside each other", async () => {
    const ada = await person("admin");
    const cwd = await directoryWith({
      ...agentFiles("greeter"),
      ...agentFiles("other"),
      ...templateFiles("welcome", "greeter"),
    });
    const options = { cwd, token: ada.token };
    const alone = await nofxJson<SyncOutput>("sync", ["sync", "greeter/agent.json"], options);
    expect(linesOf(alone.document)).toEqual([["agent", "greeter", "create", "created"]]);
    const all = await nofxJson<SyncOutput>("sync", ["sync"], options);
    expect(all.document.summary.outcomes).toMatchObject({ created: 2, identical: 1 });
    const prune = await nofx(["sync", "--prune"], options);
    expect(prune).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("is not read as a whole") });
  });

  it("2 and 1: what cannot be synced says what to do", async () => {
    const cwd = await directoryWith({
      ...both,
      ...below("twice", agentFiles("greeter")),
      "x.txt": "",
      "empty/.keep": "",
    });
    expect((await nofx(["sync"], { cwd })).stderr).toContain('The agent "greeter" lies in');
    expect((await nofx(["sync", "x.txt"], { cwd })).stderr).toContain("x.txt is neither a directory nor");
    expect((await nofx(["sync", "--watch", "--prune"], { cwd })).stderr).toContain("leave out --prune");
    expect(await nofx(["sync", "empty"], { cwd })).toMatchObject({ exitCode: 1 });
  });

  it("4: without a token nothing is written", async () => {
    const cwd = await directoryWith(both);
    expect(await nofx(["sync"], { cwd })).toMatchObject({ exitCode: 4 });
  });
});

describe("nofx sync --watch", () => {
  const within = async (ms: number, isDone: () => Promise<boolean>): Promise<number> => {
    const startedAt = performance.now();
    await vi.waitUntil(isDone, { timeout: ms * 5, interval: 20 });
    return performance.now() - startedAt;
  };

  it("publishes what is saved within 2 seconds, reports what is broken, and goes on until it is ended", async () => {
    const ada = await person("admin");
    const cwd = await directoryWith(both);
    const ending = new AbortController();
    const watching = nofx(["sync", "--watch", "--json"], { cwd, token: ada.token, signal: ending.signal });
    await within(20_000, async () => (await ada.marketplace.getTemplate({ templateId: "welcome" })).ok);

    const agent = join(cwd, "agents/greeter/agent.json");
    await writeFile(agent, agentText({ version: "1.0.1", description: "Greets." }));
    expect(await within(2000, async () => (await versionThere(ada, "greeter")) === "1.0.1")).toBeLessThan(2000);

    await writeFile(agent, '{\n  "agentId": greeter\n}');
    await writeFiles(cwd, below("agents", agentFiles("fresh")));
    expect(await within(2000, async () => (await versionThere(ada, "fresh")) === "1.0.0")).toBeLessThan(2000);

    await writeFile(agent, agentText({ version: "1.0.2", description: "Greets all." }));
    await within(20_000, async () => (await versionThere(ada, "greeter")) === "1.0.2");
    ending.abort();
    const { exitCode, stdout } = await watching;
    expect(exitCode).toBe(0);
    const documents = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as SyncOutput);
    expect(linesOf(documents[0] as SyncOutput).map(([, id]) => id)).toEqual(["greeter", "welcome"]);
    const later = documents.slice(1).flatMap(({ items }) => items);
    expect(later).toContainEqual(expect.objectContaining({ id: "greeter", version: "1.0.1", outcome: "created" }));
    const broken = later.find(({ action }) => action === "broken");
    expect(broken?.findings[0]).toMatchObject({ file: "agents/greeter/agent.json", line: 2, column: 14 });
    expect(later.filter(({ action }) => action === "broken")).toHaveLength(1);
    expect(await readFile(agent, "utf8")).toContain("Greets all.");
  });

  it("tries a template again that has waited for an agent, and forgets what is gone", async () => {
    const ada = await person("admin");
    const cwd = await directoryWith(below("templates", templateFiles("welcome", "greeter")));
    const ending = new AbortController();
    const watching = nofx(["sync", "--watch", "--json"], { cwd, token: ada.token, signal: ending.signal });
    await vi.waitUntil(async () => (await unwrap(ada.registry.listAgents())) !== undefined);
    await writeFiles(cwd, below("agents", agentFiles("greeter")));
    await within(20_000, async () => (await ada.marketplace.getTemplate({ templateId: "welcome" })).ok);
    await rm(join(cwd, "agents"), { recursive: true });
    await writeFiles(cwd, below("templates", templateFiles("again", "greeter")));
    await within(20_000, async () => (await ada.marketplace.getTemplate({ templateId: "again" })).ok);
    ending.abort();
    expect((await watching).exitCode).toBe(0);
  });
});
