import { globSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { linkLocked } from "@nofx/app-bundle";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  checkTarball,
  type PublishedPackage,
  pack,
  publishedPrograms,
  readPackageJson,
  root,
  run,
} from "../src/index.ts";
import { commandLine } from "./command-line.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const ends: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

describe("nofx from its tarball, where there is nothing of this repository", () => {
  let tarball: string;
  let project: string;
  let installed: string;
  let nofx: ReturnType<typeof commandLine>;
  beforeAll(async () => {
    project = await temporaryDirectory((end) => void ends.push(end));
    tarball = await pack(publishedPrograms()[0] as PublishedPackage, project);
    installed = join(project, "node_modules/@nofx/cli");
    await mkdir(installed, { recursive: true });
    await run("tar", ["-xzf", tarball, "--strip-components=1"], { cwd: installed });
    await linkLocked(root, installed);
    const main = join(installed, String((readPackageJson(installed).bin as { nofx: string }).nofx));
    await chmod(main, 0o755);
    await mkdir(join(project, "node_modules/.bin"));
    await symlink(main, join(project, "node_modules/.bin/nofx"));
    nofx = commandLine(project);
  }, 120_000);

  it("is packed as publint wants it, with nothing of the workspace among what it needs", async () => {
    await checkTarball(tarball, { types: false });
    const { dependencies, version } = readPackageJson(installed);
    expect(Object.keys(dependencies as object).filter((name) => name.startsWith("@nofx/"))).toEqual([]);
    expect(version).toBe(readPackageJson(join(root, "apps/cli")).version);
    expect(globSync("**/*.ts", { cwd: join(installed, "dist") })).toEqual([]);
  }, 60_000);

  it("tells its version and its commands", async () => {
    expect(await nofx("--version")).toBe(`${readPackageJson(installed).version}\n`);
    expect(await nofx("--help")).toMatch(/^Usage: nofx <command> \[options\]/);
  });

  it("makes an agent and a template that validate, and has every starting point", async () => {
    const path = "apps/cli/src/author/starting-points";
    const files = (directory: string) => globSync("**/*.*", { cwd: join(directory, path) }).sort();
    expect(files(join(installed, "assets"))).toEqual(files(root));
    await nofx("new", "agent", "reader", "--owner", "docs@example.com", "--from", "mcp");
    await nofx("new", "template", "round", "--owner", "docs@example.com", "--from", "single-step");
    expect(await nofx("validate", "agents", "templates")).toContain("0 errors, 0 warnings");
  });

  it("comes with the schema of each command's JSON", async () => {
    const schemas = await readdir(join(root, "apps/cli/schemas"));
    const path = join(installed, "assets/apps/cli/schemas");
    expect(await readdir(path)).toEqual(schemas);
    expect(JSON.parse(await readFile(join(path, "validate.json"), "utf8"))).toHaveProperty("$schema");
  });
});
