import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { onTestFinished } from "vitest";
import type { LocalJson } from "../src/state.ts";

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(true));
    probe.listen({ host: "127.0.0.1", port, exclusive: true }, () => probe.close(() => resolve(false)));
  });

/** The first of four neighbouring ports that are free. */
export const freeBlock = async (): Promise<number> => {
  for (;;) {
    const base = 20_000 + Math.floor(Math.random() * 10_000) * 4;
    const taken = await Promise.all([0, 1, 2, 3].map((offset) => listens(base + offset)));
    if (base < 60_000 && !taken.includes(true)) return base;
  }
};

/** A directory that is gone after the test. */
export const temporaryDirectory = async (): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), "nofx-local-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
};

export interface Started {
  readonly child: ChildProcess;
  /** Everything printed so far. */
  readonly output: () => string;
  /** Waits for the end and gives the exit code. */
  readonly ended: Promise<number | null>;
  /** What .nofx/local.json says. */
  readonly local: () => Promise<LocalJson>;
}

/** Less than a test may take: what was printed is told then. */
const patienceMs = 50_000;

/** Runs what `npm start` runs, until it is ready or has ended. */
export const startLocal = async (env: Record<string, string>, state: string): Promise<Started> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, "../src/main.ts")], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NOFX_STATE: state, ...env },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const ended = once(child, "exit").then(([code]) => code as number | null);
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await ended;
  });
  const giveUpAt = performance.now() + patienceMs;
  while (!output.includes("Ctrl-C stops") && child.exitCode === null && child.signalCode === null) {
    if (performance.now() > giveUpAt) throw new Error(`Not ready after ${patienceMs} ms:\n${output}`);
    await delay(20);
  }
  return {
    child,
    output: () => output,
    ended,
    local: async () => JSON.parse(await readFile(join(state, "local.json"), "utf8")) as LocalJson,
  };
};
