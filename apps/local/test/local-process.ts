import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

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

/** What `npm start` runs, as a process. */
export interface LocalProcess {
  readonly child: ChildProcess;
  /** Everything printed so far. */
  readonly output: () => string;
  /** Waits for the end and gives the exit code. */
  readonly ended: Promise<number | null>;
  /** Waits until it is ready or has ended. @throws after a while, with what was printed */
  readonly settled: () => Promise<void>;
  /** Ends it, if it has not ended. */
  readonly end: () => Promise<void>;
}

/** Less than a test may take: what was printed is told then. */
const patienceMs = 50_000;

/** Runs what `npm start` runs. */
export const runLocal = (env: Readonly<Record<string, string>>, state: string): LocalProcess => {
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
  const runs = () => child.exitCode === null && child.signalCode === null;
  return {
    child,
    output: () => output,
    ended,
    settled: async () => {
      const giveUpAt = performance.now() + patienceMs;
      while (!output.includes("Ctrl-C stops") && runs()) {
        if (performance.now() > giveUpAt) throw new Error(`Not ready after ${patienceMs} ms:\n${output}`);
        await delay(20);
      }
    },
    end: async () => {
      if (runs()) child.kill("SIGTERM");
      await ended;
    },
  };
};
