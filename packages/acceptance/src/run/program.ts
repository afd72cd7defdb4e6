import { type SpawnOptions, spawn } from "node:child_process";

/** How a program is run. */
export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Ends it, and all that it has started. */
  readonly signal?: AbortSignal;
  /** Keeps what it says, instead of showing it. */
  readonly isQuiet?: boolean;
}

/** How a program ended, and what it said if that was kept. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program in a group of its own, so that a Ctrl-C reaches this process alone, which then ends things in order. */
export const runProgram = (
  program: string,
  parameters: readonly string[],
  { cwd, env = process.env, signal, isQuiet = false }: ProgramOptions = {},
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const stdio: SpawnOptions["stdio"] = isQuiet ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"];
    const child = spawn(program, parameters, { detached: true, stdio, env: { ...env }, ...(cwd && { cwd }) });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    const end = (): void => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGTERM");
    };
    signal?.addEventListener("abort", end, { once: true });
    if (signal?.aborted) end();
    child.once("error", reject);
    child.once("close", (code) => {
      signal?.removeEventListener("abort", end);
      resolve({ code, output });
    });
  });

/** The same for what must succeed. @throws Error with the last it said */
export const mustRun = async (
  program: string,
  parameters: readonly string[],
  options: ProgramOptions = {},
): Promise<string> => {
  const { code, output } = await runProgram(program, parameters, options);
  options.signal?.throwIfAborted();
  if (code === 0) return output;
  throw new Error(`${[program, ...parameters].join(" ")} ended with ${code}.\n${output.slice(-4_000)}`);
};
