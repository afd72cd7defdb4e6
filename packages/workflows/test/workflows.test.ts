import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { lint } from "../src/actionlint.ts";
import { buildArguments, npmScripts, paths, uses } from "../src/mentions.ts";
import { Action, actions, root, stepsOf, Workflow, workflows } from "../src/workflows.ts";

const sources = [...workflows, ...actions];
const each = sources.map((source) => [source.file, source] as const);
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };
const isThere = (path: string): boolean =>
  path.includes("*") ? globSync(path, { cwd: root }).length > 0 : existsSync(join(root, path));

describe("workflows", () => {
  it.each(workflows.map(({ file, text }) => [file, text] as const))(
    "%s: actionlint finds nothing",
    async (file, text) => {
      expect(await lint(text, file)).toEqual([]);
    },
  );

  it("actionlint sees what is wrong", async () => {
    const expression = ["$", "{{ github.event.issue.title }}"].join("");
    const wrong = `on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${expression}\n`;
    expect(await lint(wrong, "wrong.yml")).toEqual([expect.stringMatching(/^wrong\.yml:6:23: .*untrusted/)]);
  });

  it.each(workflows.map(({ file, document }) => [file, document] as const))(
    "%s: has no rights but those of its jobs, a concurrency group, and jobs that end",
    (_file, document) => {
      expect(Workflow.safeParse(document).error?.issues ?? []).toEqual([]);
    },
  );

  it.each(workflows.map(({ file, document }) => [file, document] as const))(
    "%s: is not started by what strangers do with this repository's rights",
    (_file, document) => {
      const { on } = Workflow.parse(document);
      const events = Array.isArray(on) ? on : Object.keys(on);
      for (const event of ["pull_request_target", "workflow_run", "issue_comment"]) expect(events).not.toContain(event);
    },
  );

  it.each(workflows.map((source) => [source.file, source] as const))(
    "%s: leaves no token in what it checks out",
    (_file, source) => {
      for (const step of stepsOf(source).filter(({ uses }) => uses?.startsWith("actions/checkout@")))
        expect(step.with).toMatchObject({ "persist-credentials": false });
    },
  );
});

describe("workflows and actions", () => {
  it.each(actions.map(({ file, document }) => [file, document] as const))("%s: is an action", (file, document) => {
    const { runs } = Action.parse(document);
    if (runs.main) expect(isThere(join(file, "..", runs.main))).toBe(true);
    for (const step of runs.steps ?? []) if (step.run) expect(step).toMatchObject({ shell: "bash" });
  });

  it.each(each)("%s: uses actions of others by commit, and says which version that is", (_file, { text }) => {
    for (const { action, comment } of uses(text)) {
      if (action.startsWith("./")) expect(isThere(`${action.replace(/^\.\/(proposed\/)?/, "")}/action.yml`)).toBe(true);
      else expect(`${action} # ${comment}`).toMatch(/^[\w-]+(\/[\w-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
    expect(text.match(/\buses:/g)?.length ?? 0).toBe(uses(text).length);
  });

  it("all use the same commit of an action", () => {
    const commits = new Map<string, Set<string>>();
    for (const { action } of sources.flatMap(({ text }) => uses(text)).filter((each) => each.action.includes("@"))) {
      const [name = "", commit = ""] = action.split("@");
      const repository = name.split("/").slice(0, 2).join("/");
      commits.set(repository, (commits.get(repository) ?? new Set()).add(commit));
    }
    expect([...commits].filter(([, each]) => each.size > 1)).toEqual([]);
  });

  it.each(each)("%s: puts nothing into scripts but by the environment", (_file, source) => {
    for (const { run } of stepsOf(source)) expect(run ?? "").not.toMatch(/\$\{\{/);
  });

  it.each(each)("%s: the scripts that it asks for are there", (_file, { text }) => {
    for (const name of npmScripts(text)) expect(Object.keys(scripts)).toContain(name);
  });

  it.each(each)("%s: the paths that it names are there", (_file, { text }) => {
    expect(paths(text).filter((path) => !isThere(path))).toEqual([]);
  });

  it.each(each)("%s: the arguments that it builds images with are those of the Dockerfile", (_file, source) => {
    for (const step of stepsOf(source).filter((each) => buildArguments(each).length > 0)) {
      const dockerfile = readFileSync(join(root, String(step.with?.file)), "utf8");
      const known = [...dockerfile.matchAll(/^ARG (\w+)/gm)].map(([, name]) => name);
      for (const name of buildArguments(step)) expect(known).toContain(name);
    }
  });

  it("every app that is built is an app", () => {
    const images = workflows.find(({ file }) => file.endsWith("/images.yml"));
    const apps = [...(images?.text ?? "").matchAll(/app: \[(.*)\]/g)].map(([, names = ""]) => names.split(", "));
    expect(apps.length).toBeGreaterThan(0);
    for (const app of apps.flat()) expect(isThere(`apps/${app}/package.json`), app).toBe(true);
  });
});

describe("what keeps them up to date", () => {
  it("dependabot sees every action, the lockfile and the images", () => {
    const { updates } = parse(readFileSync(join(root, ".github/dependabot.yml"), "utf8")) as {
      updates: { "package-ecosystem": string; directory?: string; directories?: string[] }[];
    };
    expect(updates.map((each) => each["package-ecosystem"]).sort()).toEqual(["docker", "github-actions", "npm"]);
    for (const path of updates.flatMap(({ directory, directories = [] }) => [...directories, directory ?? "/"]))
      expect(isThere(join(".", path)), path).toBe(true);
  });

  it("CODEOWNERS names what is there", () => {
    const lines = readFileSync(join(root, ".github/CODEOWNERS"), "utf8").split("\n");
    for (const line of lines.filter((each) => each.startsWith("/")))
      expect(isThere(line.split(" ")[0]?.slice(1).replace(/\/$/, "") ?? ""), line).toBe(true);
  });
});
