import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Target } from "../target.ts";
import { root } from "./paths.ts";

/** Far longer than a start takes on a slow machine. */
const startMsMax = 180_000;
/** Longer than it gives itself to stop. */
const stopMsMax = 15_000;

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ host: "127.0.0.1", port, exclusive: true }, () => probe.close(() => resolve(true)));
  });

/** The first of some neighbouring ports that are free. */
export const freePorts = async (count: number): Promise<number> => {
  for (;;) {
    const base = 20_000 + Math.floor(Math.random() * 10_000);
    const free = await Promise.all(Array.from({ length: count }, (_, offset) => isFree(base + offset)));
    if (!free.includes(false)) return base;
  }
};

const json = async <T>(file: string): Promise<T | undefined> => {
  const text = await readFile(file, "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as T);
};

/** It says where it is when everything is up. */
const untilReady = async (child: ChildProcess, state: string, output: () => string, signal: AbortSignal) => {
  const deadline = Date.now() + startMsMax;
  for (;;) {
    signal.throwIfAborted();
    const local = await json<{ origin: string }>(join(state, "local.json"));
    if (local) return local.origin;
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`It did not start.\n${output()}`);
    await delay(50);
  }
};

const stop = async (child: ChildProcess | undefined): Promise<void> => {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), stopMsMax);
  await ended;
  clearTimeout(late);
};

const start = async (
  state: string,
  port: number,
  signal: AbortSignal,
): Promise<{ child: ChildProcess; origin: string }> => {
  await rm(join(state, "local.json"), { force: true });
  const env = { ...process.env, NOFX_STATE: state, NOFX_PORT: String(port), NOFX_SAMPLES: "0" };
  const child = spawn(process.execPath, [join(root, "apps/local/src/main.ts")], { env, detached: true });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  try {
    return { child, origin: await untilReady(child, state, () => said, signal) };
  } catch (error) {
    await stop(child);
    throw error;
  }
};

/** A control plane that runs as a process. */
export interface Local {
  readonly target: Target;
  /** Ends all of it, PostgreSQL too, and starts it again on the same data. */
  restart(): Promise<void>;
}

/** Starts a control plane on a state of its own, and ends both with the use of it. */
export const withLocal = async <T>(signal: AbortSignal, use: (local: Local) => Promise<T>): Promise<T> => {
  const state = await mkdtemp(join(tmpdir(), "nofx-acceptance-"));
  const port = await freePorts(4);
  let running: ChildProcess | undefined;
  try {
    const { child, origin } = await start(state, port, signal);
    running = child;
    const secrets = await json<{ bootstrapToken: string }>(join(state, "secrets.json"));
    const target = { origin, operatorToken: secrets?.bootstrapToken ?? "", isEdge: false };
    const restart = async (): Promise<void> => {
      await stop(running);
      running = (await start(state, port, signal)).child;
    };
    return await use({ target, restart });
  } finally {
    await stop(running);
    await rm(state, { recursive: true, force: true });
  }
};
