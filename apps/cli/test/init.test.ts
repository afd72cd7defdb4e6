import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { directoryWith, nofx, nofxJson, temporaryDirectory } from "./cli.ts";

const all = ["README.md", ".gitignore", "agents/.gitkeep", "templates/.gitkeep", ".github/workflows/nofx.yml"];

describe("nofx init", () => {
  it("0: makes a repository in which an agent and a template can be made, validated and tested", async () => {
    const cwd = await temporaryDirectory();
    const { exitCode, document } = await nofxJson("init", ["init", "ours", "--name", "Our agents"], { cwd });
    expect({ exitCode, document }).toEqual({
      exitCode: 0,
      document: { directory: "ours", dryRun: false, files: all.map((path) => ({ path, outcome: "created" })) },
    });
    const there = { cwd: join(cwd, "ours") };
    expect(await readFile(join(there.cwd, "README.md"), "utf8")).toMatch(/^# Our agents\n/);
    await nofx(["new", "template", "brief", "--owner", "docs@example.com"], there);
    expect((await nofx(["validate", "--strict"], there)).exitCode).toBe(0);
    expect((await nofx(["test", "--offline"], there)).exitCode).toBe(0);
  });

  it("0: publishes from main only, with the token of a secret", async () => {
    const cwd = await temporaryDirectory();
    await nofx(["init"], { cwd });
    const workflow = await readFile(join(cwd, ".github/workflows/nofx.yml"), "utf8");
    expect(workflow).toContain("pull_request:");
    expect(workflow).toMatch(/publish:\n {4}if: github\.event_name == 'push'\n {4}needs: validate/);
    expect(workflow).toMatch(/NOFX_TOKEN: \$\{\{ secrets\.NOFX_TOKEN \}\}/);
    for (const [, command] of workflow.matchAll(/run: npx --yes @nofx\/cli (.+)/g))
      expect(command).toMatch(/^(validate|test|sync)/);
  });

  it("0: what is there stays as it is, and is told", async () => {
    const cwd = await directoryWith({ "README.md": "mine" });
    expect((await nofx(["init", "--dry-run"], { cwd })).stdout).toMatch(
      /^kept README\.md: it is there already\nwould create/,
    );
    expect(await readdir(cwd)).toEqual(["README.md"]);
    expect((await nofx(["init"], { cwd })).stdout).toMatch(
      /^kept README\.md: it is there already\ncreated \.gitignore\n/,
    );
    expect(await readFile(join(cwd, "README.md"), "utf8")).toBe("mine");
    const again = await nofxJson<{ files: { outcome: string }[] }>("init", ["init"], { cwd });
    expect(again.document.files.every(({ outcome }) => outcome === "kept")).toBe(true);
  });

  it("0: --without-ci makes no workflow, and --yes asks nothing on a terminal", async () => {
    const cwd = await temporaryDirectory();
    const { exitCode } = await nofx(["init", "--without-ci", "--yes"], { cwd, columns: 80 });
    expect(exitCode).toBe(0);
    expect((await readdir(cwd)).sort()).toEqual([".gitignore", "README.md", "agents", "templates"]);
  });

  it("0: asks on a terminal what it is called, and whether there is to be a workflow", async () => {
    const cwd = await temporaryDirectory();
    const answers = [
      ["What is the repository called", "Ours\r"],
      ["GitHub Actions", "n\r"],
    ] as const;
    expect((await nofx(["init", "ours"], { cwd, columns: 80, answers })).exitCode).toBe(0);
    expect(await readFile(join(cwd, "ours/README.md"), "utf8")).toMatch(/^# Ours\n/);
    expect(await readdir(join(cwd, "ours"))).not.toContain(".github");
  });

  it("1: a file in the place of the directory is told", async () => {
    const cwd = await directoryWith({ ours: "" });
    const { exitCode, stderr } = await nofx(["init", "ours"], { cwd });
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "error: ours is a file\n  → Name a directory.\n" });
  });
});
