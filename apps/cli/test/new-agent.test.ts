import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { unwrap } from "@nofx/client";
import { readAgents } from "@nofx/sync";
import { describe, expect, inject, it } from "vitest";
import { startingPoints } from "../src/author/starting-points.ts";
import { directoryWith, nofx, nofxJson, person, temporaryDirectory } from "./cli.ts";

const owner = ["--owner", "docs@example.com"];
const manifestAt = async (cwd: string, path: string) =>
  JSON.parse(await readFile(join(cwd, path), "utf8")) as Record<string, unknown>;

describe("nofx new agent", () => {
  it.each(startingPoints.agent.map(({ name }) => name))(
    "0: from %s it is valid at once, keeps to the standard, and can be published",
    async (from) => {
      const cwd = await temporaryDirectory();
      const argv = ["new", "agent", "release-notes", ...owner, "--from", from];
      const { exitCode, document } = await nofxJson("new-agent", argv, { cwd });
      expect({ exitCode, document }).toMatchObject({
        exitCode: 0,
        document: {
          dryRun: false,
          made: [{ id: "release-notes", from, directory: "agents/release-notes" }],
          findings: [],
        },
      });
      expect((await nofx(["validate", "--strict"], { cwd })).stdout).toBe(
        "✓ 1 agent in 1 version: 0 errors, 0 warnings\n",
      );
      const made = await manifestAt(cwd, "agents/release-notes/agent.json");
      expect(made).toMatchObject({
        $schema: `${inject("world").origin}/schemas/agent.json`,
        name: "Release Notes",
        metadata: { owner: "docs@example.com", source: "agents/release-notes" },
      });
      expect((made.tags as string[]).length).toBeGreaterThanOrEqual(3);
      const { capabilities, manifest } = made as {
        capabilities: { id: string }[];
        manifest: { capabilities: string[] };
      };
      expect(capabilities.map(({ id }) => id)).toEqual(manifest.capabilities);
      expect(await readFile(join(cwd, "agents/release-notes/prompts/system.md"), "utf8")).toMatch(/^# Release Notes\n/);
      const { registry } = await person("publisher");
      const [source] = await readAgents(join(cwd, "agents"));
      await unwrap(registry.publishAgent({ body: source?.manifest as never }));
    },
  );

  it("0: says all that is said on the command line", async () => {
    const cwd = await directoryWith({ ".git/HEAD": "" });
    const told = ["--name", "Notes", "--description", "Writes notes.", "--tag", "docs,writing", "--tag", "notes"];
    const argv = ["new", "agent", "notes", ...owner, ...told, "--directory", "packages/agents"];
    expect((await nofx(argv, { cwd })).stdout).toMatch(/^made agent packages\/agents\/notes\n {2}agent\.json\n/);
    expect(await manifestAt(cwd, "packages/agents/notes/agent.json")).toMatchObject({
      name: "Notes",
      description: "Writes notes.",
      tags: ["docs", "writing", "notes"],
      metadata: { source: "packages/agents/notes" },
    });
  });

  it("0: asks on a terminal what was not said", async () => {
    const cwd = await temporaryDirectory();
    const answers = [
      ["Id of the agent", "door-bell\r"],
      ["Begin with", "\u001b[B\r"],
      ["Name", "\r"],
      ["What it does", "Rings.\r"],
      ["Who answers for it", "doors@example.com\r"],
      ["Tags", "doors, sound, alarm\r"],
    ] as const;
    const { exitCode, stdout } = await nofx(["new", "agent"], { cwd, columns: 80, answers });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining("agents/door-bell") });
    expect(await manifestAt(cwd, "agents/door-bell/agent.json")).toMatchObject({
      name: "Door Bell",
      description: "Rings.",
      tags: ["doors", "sound", "alarm"],
      metadata: { owner: "doors@example.com" },
      manifest: { inputs: { required: ["text", "rules"] } },
    });
  });

  it("0: --yes takes what it would propose, and --list and --dry-run write nothing", async () => {
    const cwd = await temporaryDirectory();
    const dry = await nofx(["new", "agent", "a", ...owner, "--yes", "--dry-run"], { cwd, columns: 80 });
    expect(dry.stdout).toContain("would make");
    expect((await nofx(["new", "agent", "--list"], { cwd })).stdout).toMatch(/^minimal {3}a prompt/);
    expect((await nofx(["validate"], { cwd })).exitCode).toBe(1);
  });

  it("1: says that an id is taken before it asks anything else", async () => {
    const cwd = await directoryWith({ "agents/bell/notes.md": "mine" });
    const { exitCode, stderr } = await nofx(["new", "agent", "bell"], { cwd, columns: 80 });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("agents/bell is there already");
    expect(stderr).not.toContain("Begin with");
  });

  it("1: what is there is not touched", async () => {
    const cwd = await directoryWith({ "agents/bell/notes.md": "mine" });
    const { exitCode, document } = await nofxJson("new-agent", ["new", "agent", "bell", ...owner], { cwd });
    expect({ exitCode, document }).toMatchObject({ exitCode: 1, document: { error: { code: "exists" } } });
    expect((await nofx(["validate"], { cwd })).stderr).toContain("There is no agent.json");
  });

  it("2: explains a bad id and proposes a good one; names the flag that is missing or wrong", async () => {
    const cwd = await temporaryDirectory();
    const ask = async (...argv: string[]) => await nofx(["new", "agent", ...argv], { cwd });
    const bad = await ask("CodeReview für_alle!", ...owner);
    expect(bad.exitCode).toBe(2);
    expect(bad.stderr).toBe(
      'error: [id]: "CodeReview für_alle!" cannot be the id of an agent\n' +
        "  → Use lower-case words with hyphens that say what it does, such as code-review-fur_alle\n",
    );
    expect((await ask("bell")).stderr).toContain("Give --owner.");
    expect((await ask(...owner)).stderr).toContain("Give an id");
    expect((await ask("bell", ...owner, "--tag", "one")).stderr).toContain("--tag: Give three to five tags");
    expect((await ask("bell", ...owner, "--tag", "No Tag,b,c")).stderr).toContain('"No Tag" is no tag');
    expect((await ask("bell", ...owner, "--from", "nothing")).exitCode).toBe(2);
  });
});
