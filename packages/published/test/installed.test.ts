import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addProgram,
  checkTarball,
  closureOf,
  compile,
  copyInstalled,
  makeProject,
  packAll,
  publishedPackages,
  runProgram,
} from "../src/index.ts";
import { program } from "./program.ts";
import { runBundled } from "./run-bundled.ts";
import { type Stack, startStack } from "./stack.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const used = ["@nofx/client", "@nofx/contract-registry", "@nofx/contract-search"];
const ends: (() => Promise<void>)[] = [];
const finished = (end: () => Promise<void>) => void ends.push(end);
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

/** A project with nothing of this repository but the tarballs of what it uses, and no network. */
const install = async (): Promise<{ project: string; tarballs: readonly string[] }> => {
  const directory = await temporaryDirectory(finished);
  const all = publishedPackages();
  const needed = closureOf(used, new Map(all.map((one) => [one.name, one.directory])));
  const tarballs = await packAll(
    all.filter(({ name }) => needed.includes(name)),
    directory,
  );
  const dependencies = Object.fromEntries([...tarballs].map(([name, path]) => [name, `file:${path}`]));
  const others = await copyInstalled(["zod", "is-network-error"], join(directory, "others"));
  const project = join(directory, "project");
  await makeProject(project, { ...dependencies, ...others }, { offline: true });
  return { project, tarballs: [...tarballs.values()] };
};

describe("client and contracts, installed from their tarballs by npm", () => {
  let project: string;
  let tarballs: readonly string[];
  let stack: Stack;
  /** What is wrong with the types of all programs. */
  let findings: string;
  beforeAll(async () => {
    stack = await startStack(finished);
    ({ project, tarballs } = await install());
    await addProgram(project, "program", program);
    await addProgram(project, "bundled", program.replaceAll("greeter", "bundled"));
    await addProgram(project, "wrong", program.replace('agentId: "greeter"', "agentId: 7"));
    // All at once, which writes them whatever is wrong: types of what they import take seconds to read.
    findings = await compile(project).then(
      () => "",
      (error: Error) => error.message,
    );
  }, 120_000);

  it("are packed as publint and attw want them", async () => {
    expect(tarballs).toHaveLength(4);
    for (const tarball of tarballs) await checkTarball(tarball);
  }, 120_000);

  it("publish an agent, find it and read of it in the feed, in ten lines whose types are checked", async () => {
    expect(findings).not.toContain("program.ts");
    const env = { NOFX_ORIGIN: stack.origin, NOFX_TOKEN: stack.token };
    expect(await runProgram(project, "program", env)).toBe("201 greeter agent.version_published\n");
  }, 60_000);

  it("run where there is nothing of Node: bundled for browsers, with what browsers have", async () => {
    const env = { NOFX_ORIGIN: stack.origin, NOFX_TOKEN: stack.token };
    expect(await runBundled(join(project, "dist/bundled.js"), env)).toEqual(["201 bundled agent.version_published"]);
  }, 60_000);

  it("refuse what the contract does not know, before anything runs", async () => {
    expect(findings).toMatch(/wrong\.ts\(\d+,\d+\): error TS2322/);
    expect(findings.match(/error TS/g)).toHaveLength(1);
  });
});
