import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { readEnv } from "../src/env.ts";
import { installationOn } from "./installation.ts";

const run = async (env: Readonly<Record<string, string>>) => {
  const child = spawn(process.execPath, [join(import.meta.dirname, "../src/main.ts")], {
    stdio: ["ignore", "pipe", "pipe"],
    env,
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].on("data", (chunk: Buffer) => {
      output[name] += chunk.toString();
    });
  }
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...output };
};

describe("the program", () => {
  it("tells one line for each thing done, and ends well", async () => {
    const { env } = installationOn(inject("testServerUrl"));
    const { code, stdout, stderr } = await run(env);
    expect([code, stderr, stdout.trimEnd().split("\n").length]).toEqual([0, "", 9]);
    expect(stdout).not.toContain("test\n");
  });

  it("says what is wrong, and fails", async () => {
    expect(await run({})).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^The environment is not complete:\n {2}MIGRATION_DATABASE_URL: .*\n$/),
    });
  });
});

describe("the environment", () => {
  const least = { MIGRATION_DATABASE_URL: "postgres://nofx_migrator@db/nofx" };

  it("needs a database, and with an administrator a password for each role", () => {
    expect(readEnv(least)).toEqual(least);
    expect(() => readEnv({ MIGRATION_DATABASE_URL: "postgres://nofx_migrator@db" })).toThrow(
      "MIGRATION_DATABASE_URL: names no database",
    );
    expect(() => readEnv({ ...least, PROVISION_DATABASE_URL: "postgres://db/postgres" })).toThrow(
      /NOFX_MIGRATOR_PASSWORD: is needed.*\n.*NOFX_REGISTRY.*\n.*NOFX_MARKETPLACE.*\n.*NOFX_SEARCH_PASSWORD: is needed/,
    );
  });
});
