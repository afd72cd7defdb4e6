import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addProgram,
  compile,
  makeProject,
  packAll,
  publishedPackages,
  publishedPrograms,
  runProgram,
} from "../../src/index.ts";
import { commandLine } from "../command-line.ts";
import { addExamples, testExamples } from "../examples.ts";
import { program } from "../program.ts";
import { type Stack, startStack } from "../stack.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const packages = publishedPackages();
const ends: (() => Promise<void>)[] = [];
const finished = (end: () => Promise<void>) => void ends.push(end);
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

describe("everything that is published, installed from tarballs into an empty project", () => {
  let project: string;
  let env: Record<string, string>;
  beforeAll(async () => {
    const stack: Stack = await startStack(finished);
    env = { NOFX_ORIGIN: stack.origin, NOFX_TOKEN: stack.token };
    const directory = await temporaryDirectory(finished);
    const tarballs = await packAll([...packages, ...publishedPrograms()], directory);
    project = join(directory, "project");
    const dependencies = Object.fromEntries([...tarballs].map(([name, path]) => [name, `file:${path}`]));
    await makeProject(project, { ...dependencies, zod: "^4.6.0", "@types/node": "^24.0.0" }, { offline: false });
    await addExamples(project, packages);
    await addProgram(project, "program", program.replaceAll("greeter", "greeter-too"));
    await compile(project);
  });

  testExamples(packages, () => ({ project, env }));

  it("has nofx, which makes an agent, publishes it and finds it", async () => {
    const nofx = commandLine(project, env);
    expect(await nofx("--version")).toMatch(/^\d+\.\d+\.\d+\n$/);
    await nofx("new", "agent", "installed-too", "--owner", "docs@example.com");
    await nofx("validate", "agents");
    const published = JSON.parse(await nofx("publish", "agents/installed-too", "--yes", "--json"));
    expect(JSON.stringify(published)).toContain("installed-too");
    expect(await nofx("status", "agent:installed-too")).toContain("installed-too");
  });

  it("publishes, finds and follows", async () => {
    expect(await runProgram(project, "program", env)).toMatch(/^201 greeter-too agent\.version_published\n$/);
  });
});
