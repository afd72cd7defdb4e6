import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { root } from "../src/workflows.ts";

/** What a step did: its exit code, its log, its summary and its outputs. */
export interface Ran {
  readonly exitCode: number;
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** A directory with these files, gone after the test. */
export const directoryWith = async (files: Readonly<Record<string, string>>): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), "nofx-workflows-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  return directory;
};

const outputsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split("\n")
      .filter((line) => line.includes("="))
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );

/** Runs a program of an action as the runner does. */
export const step = async (
  program: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
  cwd = root,
): Promise<Ran> => {
  const runner = await directoryWith({ summary: "", output: "" });
  const [command, ...parameters] = program;
  const surroundings = {
    PATH: process.env.PATH,
    HOME: runner,
    RUNNER_TEMP: runner,
    GITHUB_WORKSPACE: cwd,
    GITHUB_STEP_SUMMARY: join(runner, "summary"),
    GITHUB_OUTPUT: join(runner, "output"),
    ...env,
  };
  const child = spawn(command, parameters, { cwd, env: surroundings });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      log += chunk.toString();
    });
  }
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? -1));
  });
  return {
    exitCode,
    log,
    summary: await readFile(join(runner, "summary"), "utf8"),
    outputs: outputsOf(await readFile(join(runner, "output"), "utf8")),
  };
};

/** The command line, from its source. */
export const cli = [process.execPath, join(root, "apps/cli/src/main.ts")] as const;

/** Files of an agent in a directory of agents. */
export const agentFiles = (agentId: string, change: object = {}): Record<string, string> => ({
  [`agents/${agentId}/agent.json`]: JSON.stringify(
    {
      agentId,
      name: "Greeter",
      version: "1.0.0",
      tags: ["people", "writing", "welcome"],
      metadata: { owner: "team@example.com", source: `agents/${agentId}`, license: "MIT" },
      manifest: { entryPrompt: "prompts/system.md" },
      ...change,
    },
    null,
    2,
  ),
  [`agents/${agentId}/prompts/system.md`]: "Greet.\n",
});
