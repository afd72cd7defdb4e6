import { spawn } from "node:child_process";
import { access, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { localFailure } from "../failure.ts";

const input = z.object({});
const output = z.object({
  repository: z.string(),
  ended: z
    .union([z.int(), z.string()])
    .meta({ description: "Exit code of the control plane, or the signal that ended it" }),
});

const mainFile = "apps/local/src/main.ts";

const isRepository = async (directory: string): Promise<boolean> => {
  try {
    const { name } = JSON.parse(await readFile(join(directory, "package.json"), "utf8")) as { name?: string };
    await access(join(directory, mainFile));
    return name === "nofx";
  } catch {
    return false;
  }
};

/** The first repository at one of these places or above it. @throws CliFailure that says how to get one */
export const findRepository = async (places: readonly string[]): Promise<string> => {
  for (const place of places) {
    for (let directory = resolve(place); ; directory = dirname(directory)) {
      if (await isRepository(directory)) return directory;
      if (directory === dirname(directory)) break;
    }
  }
  const next = "Clone the NOFX repository and run `npm start` there, or name a running one with --origin.";
  throw localFailure("no_repository", "The control plane is not here", next);
};

/** Starts it as a process of its own group: a Ctrl-C reaches it once, through us. */
const runIn = (repository: string, { env, stdout, stderr, options, signal }: Context): Promise<number | string> =>
  new Promise((done, fail) => {
    const child = spawn(process.execPath, [join(repository, mainFile)], {
      cwd: repository,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...(stdout.isTTY && options.color && { FORCE_COLOR: "1" }), ...env },
    });
    // With --json, stdout is for the one document.
    child.stdout.pipe(options.json ? stderr : stdout, { end: false });
    child.stderr.pipe(stderr, { end: false });
    const interrupt = (): void => void child.kill("SIGINT");
    const terminate = (): void => void child.kill("SIGTERM");
    signal?.addEventListener("abort", interrupt);
    for (const name of ["SIGTERM", "SIGHUP"] as const) process.on(name, terminate);
    const settle = (): void => {
      signal?.removeEventListener("abort", interrupt);
      for (const name of ["SIGTERM", "SIGHUP"] as const) process.off(name, terminate);
    };
    child.once("error", (error) => {
      settle();
      fail(error);
    });
    child.once("close", (code, ended) => {
      settle();
      done(code ?? ended ?? 1);
    });
    if (signal?.aborted) interrupt();
  });

/** `nofx up`. */
export const up: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  // It goes on, so it sees to the signal itself: the control plane is waited for until all of it has stopped.
  async *run(context) {
    const repository = await findRepository([context.cwd, import.meta.dirname]);
    const ended = await runIn(repository, context);
    yield { output: { repository, ended }, exitCode: ended === 0 ? 0 : 1 };
  },
  tell: () => "",
});
