import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { freshDatabase } from "./notes.ts";

/** Runs a program to its end; `seen` is shown what it writes, and may end it. */
const run = async (
  program: "service" | "migrate",
  env: Readonly<Record<string, string>>,
  seen: (text: string, kill: (signal: NodeJS.Signals) => void) => unknown = () => undefined,
) => {
  const child = spawn(process.execPath, [join(import.meta.dirname, "programs", `${program}.ts`)], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...env },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      seen(output, (signal) => child.kill(signal));
    });
  }
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output };
};

describe("the program of a service", () => {
  it("serves until it is told to end, answers who waits, and ends well", async () => {
    const { url } = await freshDatabase();
    let waiting: Promise<Response> | undefined;
    const ended = run("service", { DATABASE_URL: url, PORT: "0" }, async (output, kill) => {
      const at = /"url":"(http:[^"]+)"/.exec(output)?.[1];
      if (at === undefined || waiting) return;
      waiting = fetch(`${at}/api/notes/changes?wait=30`);
      // The request is there when one that came later was answered.
      await fetch(`${at}/health/ready`);
      kill("SIGTERM");
    });
    expect((await ended).code).toBe(0);
    expect((await waiting)?.status).toBe(200);
  });

  it("says what is wrong with its environment, and nothing else, and fails", async () => {
    expect(await run("service", { PORT: "0" })).toEqual({
      code: 1,
      output: expect.stringMatching(/^The environment is not complete:\n {2}DATABASE_URL: .*\n$/),
    });
  });
});

describe("the program that migrates", () => {
  it("tells what it has applied, and when nothing is left to apply", async () => {
    const database = await freshDatabase();
    await database.query("DROP SCHEMA kit CASCADE");
    const migrate = () => run("migrate", { MIGRATION_DATABASE_URL: database.adminUrl });
    expect(await migrate()).toEqual({
      code: 0,
      output: "Applied: 20240101_trackT_kit_tables, 20240102_trackT_note_index\n",
    });
    expect(await migrate()).toEqual({ code: 0, output: "Up to date\n" });
  });

  it("says what it needs, and fails without it", async () => {
    expect(await run("migrate", {})).toEqual({
      code: 1,
      output: expect.stringMatching(/^The environment is not complete:\n {2}MIGRATION_DATABASE_URL: .*\n$/),
    });
  });
});
