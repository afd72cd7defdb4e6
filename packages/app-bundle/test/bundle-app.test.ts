import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { bundleApp, linkLocked } from "../src/index.ts";

const run = promisify(execFile);
const repository = join(import.meta.dirname, "../../..");

const temporaryDirectory = async (): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), "nofx-bundle-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
};

const declaration = {
  name: "@nofx/tool",
  version: "1.2.3",
  type: "module",
  engines: { node: ">=22" },
  bundle: { entries: { main: "./src/main.ts" }, assets: ["../../texts"] },
};

const main = `import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compare } from "semver";
import { greeting } from "./greeting.ts";
const text: string = readFileSync(join(import.meta.dirname, "../../../texts/name.txt"), "utf8");
console.log(greeting(text), compare("1.0.0", "2.0.0"), process.argv.length);
`;

/** A repository of one app, which runs from its source. */
const repositoryWith = async (files: Readonly<Record<string, string>> = {}): Promise<string> => {
  const root = await temporaryDirectory();
  const all = {
    LICENSE: "Free",
    "tsconfig.base.json": "{}",
    "apps/tool/package.json": JSON.stringify(declaration),
    "apps/tool/README.md": "# Tool",
    "apps/tool/src/main.ts": main,
    "apps/tool/src/greeting.ts": "export const greeting = (name: string): string => 'hello ' + name;",
    "texts/name.txt": "world",
    "pnpm-lock.yaml": `lockfileVersion: '9.0'
settings: {}
importers:
  apps/tool:
    dependencies:
      semver: { specifier: 'catalog:', version: 7.8.6 }
packages:
  semver@7.8.6: { engines: { node: '>=10' } }
snapshots:
  semver@7.8.6: {}
`,
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
};

it("runs where there is nothing of the repository, with the assets that its source names", async () => {
  const root = await repositoryWith();
  const made = join(await temporaryDirectory(), "made");
  await bundleApp(root, "tool", made);
  await rm(root, { recursive: true });
  expect((await readdir(made)).sort()).toEqual(
    ["LICENSE", "README.md", "assets", "dist", "package.json", "pnpm-lock.yaml"].sort(),
  );
  expect(JSON.parse(await readFile(join(made, "package.json"), "utf8")).dependencies).toEqual({ semver: "7.8.6" });
  await linkLocked(repository, made);
  const { stdout } = await run(process.execPath, [join(made, "dist/main.js"), "argument"]);
  expect(stdout).toBe("hello world -1 3\n");
});

it("takes the place of an earlier bundle, and of nothing else", async () => {
  const root = await repositoryWith();
  const made = join(root, "made");
  await bundleApp(root, "tool", made);
  await writeFile(join(made, "dist/old.js"), "");
  await mkdir(join(made, "node_modules"));
  await bundleApp(root, "tool", made);
  expect(await readdir(join(made, "dist"))).toEqual(["main.js"]);
  expect(await readdir(made)).toContain("node_modules");
  await expect(bundleApp(root, "tool", join(root, "texts"))).rejects.toThrow(
    "is not empty and no bundle of @nofx/tool",
  );
  await expect(bundleApp(root, "tool", join(root, "apps/tool"))).rejects.toThrow("is not empty");
  expect(await readFile(join(root, "apps/tool/src/main.ts"), "utf8")).toBe(main);
});

it.each([
  ["no declaration", { "apps/tool/package.json": '{ "name": "@nofx/tool" }' }, "declares no bundle"],
  ["a file that is not there", { "apps/tool/src/greeting.ts": "import './gone.ts';" }, "gone.ts"],
  ["a Node that a package refuses", { "pnpm-lock.yaml": "" }, "engines do not hold:\nsemver@7.8.6 needs Node >=24"],
])("refuses %s, and writes nothing", async (_what, files, message) => {
  const root = await repositoryWith();
  const lock = (await readFile(join(root, "pnpm-lock.yaml"), "utf8")).replace(">=10", ">=24");
  for (const [path, text] of Object.entries(files)) await writeFile(join(root, path), text || lock);
  const made = join(root, "made");
  await expect(bundleApp(root, "tool", made)).rejects.toThrow(message);
  await expect(readdir(made)).rejects.toThrow("ENOENT");
});

it("refuses an asset from outside, and a package that is not installed", async () => {
  const assets = { entries: { main: "./src/main.ts" }, assets: ["../../../other"] };
  const outside = await repositoryWith({
    "apps/tool/package.json": JSON.stringify({ ...declaration, bundle: assets }),
  });
  await expect(bundleApp(outside, "tool", join(outside, "made"))).rejects.toThrow(
    "../../../other is not in the repository",
  );
  const root = await repositoryWith();
  const made = join(root, "made");
  await bundleApp(root, "tool", made);
  await writeFile(join(made, "package.json"), '{ "dependencies": { "semver": "0.0.1" } }');
  await expect(linkLocked(repository, made)).rejects.toThrow("semver@0.0.1 is not installed");
});

it.each(["registry", "marketplace", "search"])("%s: the port that its image asks is where it listens", async (app) => {
  const packageJson = JSON.parse(await readFile(join(repository, "apps", app, "package.json"), "utf8"));
  const env = await readFile(join(repository, "apps", app, "src/env.ts"), "utf8");
  expect(env).toContain(`trackEnv({ port: ${packageJson.bundle.port} })`);
});
