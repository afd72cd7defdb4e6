import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { publishedPackages, root, run } from "../src/index.ts";
import { addExamples, testExamples } from "./examples.ts";
import { type Stack, startStack } from "./stack.ts";

const packages = publishedPackages();
const ends: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

/** Beside the tests, where the packages can be imported from. */
const project = join(import.meta.dirname, "../.examples");

describe("READMEs", () => {
  let stack: Stack;
  beforeAll(async () => {
    ends.push(() => rm(project, { recursive: true, force: true }));
    await mkdir(project, { recursive: true });
    const compilerOptions = { noEmit: false, outDir: "dist", rootDir: ".", lib: ["es2025", "dom"] };
    const tsconfig = { extends: "../../../tsconfig.base.json", compilerOptions, include: ["*.ts"] };
    await writeFile(join(project, "tsconfig.json"), JSON.stringify(tsconfig));
    await addExamples(project, packages);
    await run(join(root, "node_modules/.bin/tsc"), ["-p", project], { cwd: project });
    stack = await startStack((end) => void ends.push(end));
  }, 120_000);

  testExamples(packages, () => ({ project, env: { NOFX_ORIGIN: stack.origin, NOFX_TOKEN: stack.token } }));
});
