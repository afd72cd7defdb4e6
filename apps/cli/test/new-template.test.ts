import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { applySync, applyTemplateSync, planSync, planTemplateSync } from "@nofx/sync";
import { describe, expect, it } from "vitest";
import { startingPoints } from "../src/author/starting-points.ts";
import { directoryWith, nofx, nofxJson, person, temporaryDirectory } from "./cli.ts";

const owner = ["--owner", "docs@example.com"];

describe("nofx new template", () => {
  it.each(startingPoints.template.map(({ name }) => name))(
    "0: from %s it is valid, its tests pass offline, and with its agents it can be published and tested there",
    async (from) => {
      const cwd = await directoryWith({ "agents/.gitkeep": "" });
      const argv = ["new", "template", "weekly-brief", ...owner, "--from", from];
      const { document } = await nofxJson("new-template", argv, { cwd });
      expect(document).toMatchObject({ findings: [] });
      expect((await nofx(["validate", "--strict"], { cwd })).stdout).toMatch(
        /1 template in \d versions?: 0 errors, 0 warn/,
      );
      const offline = await nofxJson("test", ["test", "--offline"], { cwd });
      expect(offline).toMatchObject({ exitCode: 0, document: { passed: true, templates: [{ offline: true }] } });
      const { registry, marketplace, token } = await person("publisher");
      const agents = await applySync(registry, await planSync(registry, join(cwd, "agents")));
      expect(agents.summary).toMatchObject({ failed: 0, skipped: 0 });
      const templates = await planTemplateSync(marketplace, join(cwd, "templates"));
      expect((await applyTemplateSync(marketplace, templates)).summary).toMatchObject({ created: 1, failed: 0 });
      const there = await marketplace.testTemplateVersion({ templateId: "weekly-brief", version: "0.1.0" });
      expect(there).toMatchObject({ ok: true, body: { report: { failed: 0 } } });
      const online = await nofxJson("test", ["test"], { cwd, token });
      expect(online).toMatchObject({ exitCode: 0, document: { passed: true, templates: [{ offline: false }] } });
    },
  );

  it("0: takes the agents that are named, and those that lie beside it", async () => {
    const cwd = await directoryWith({ "agents/researcher/agent.json": '{"agentId":"researcher","version":"2.3.0"}' });
    const agents = ["--agent", "writer=docs-editor", "--agent", "reviewer=acme-reviewer"];
    const argv = ["new", "template", "brief", ...owner, "--from", "pipeline", ...agents];
    const { document } = await nofxJson<{ made: { id: string }[] }>("new-template", argv, { cwd });
    expect(document.made.map(({ id }) => id)).toEqual(["brief"]);
    const text = await readFile(join(cwd, "templates/brief/template.json"), "utf8");
    expect(JSON.parse(text)).toMatchObject({
      metadata: { agents: ["researcher", "docs-editor", "acme-reviewer"] },
      content: {
        dependencies: { agents: { researcher: ">=2.3.0", "docs-editor": "*", "acme-reviewer": "*" } },
        tests: [
          { plan: expect.arrayContaining([{ path: "$.steps[?@.id=='write'].agent.agentId", equals: "docs-editor" }]) },
          {},
          {},
          {},
        ],
      },
    });
    const steps = JSON.parse(await readFile(join(cwd, "templates/brief/versions/0.1.0.json"), "utf8")) as object;
    expect(steps).toMatchObject({
      steps: [{ agentId: "researcher" }, { agentId: "docs-editor" }, { agentId: "acme-reviewer" }],
    });
  });

  it("0: agents in paths of tests are those that are named, too", async () => {
    const cwd = await temporaryDirectory();
    const argv = ["new", "template", "read", ...owner, "--from", "fan-out", "--agent", "reviewer=critic"];
    await nofx(argv, { cwd });
    const text = await readFile(join(cwd, "templates/read/template.json"), "utf8");
    expect(text).toContain("$.steps[?@.agent.agentId=='critic']");
    expect(text).not.toContain("'reviewer'");
  });

  it("2: names the agents that there are if another is meant, and says how --agent is written", async () => {
    const cwd = await temporaryDirectory();
    const ask = async (agent: string) => await nofx(["new", "template", "brief", ...owner, "--agent", agent], { cwd });
    expect(await ask("painter=bob")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("It has: writer.") });
    expect(await ask("painter")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("writer=docs-editor") });
    const none = await nofx(["new", "template", "p", ...owner, "--from", "prompt", "--agent", "writer=a"], { cwd });
    expect(none.stderr).toContain("It has none.");
  });
});
