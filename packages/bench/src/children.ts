import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import getPort from "get-port";
import type { BareRoute } from "./bare.ts";

/** A server in a process of its own. */
export interface Child {
  readonly url: string;
  /** Process id. */
  readonly pid: number;
  stop(): Promise<void>;
}

/** How long a start and an end may take; the machine may be busy. */
const patienceMs = 60_000;

/** Ends a process politely, and for good if it does not listen. */
const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const tooLong = setTimeout(() => child.kill("SIGKILL"), patienceMs);
  await exited;
  clearTimeout(tooLong);
};

const isReady = async (url: string): Promise<boolean> =>
  await fetch(`${url}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );

/** A service as it runs in production: its own program, its own environment, log lines going nowhere. */
const startService = async (
  service: "registry" | "marketplace" | "search",
  env: Readonly<Record<string, string>>,
): Promise<Child> => {
  const port = await getPort({ host: "127.0.0.1" });
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [fileURLToPath(import.meta.resolve(`@nofx/${service}/main`))], {
    env: { PATH: process.env.PATH, PORT: String(port), ...env },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const giveUpAt = performance.now() + patienceMs;
  while (!(await isReady(url))) {
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    if (hasEnded || performance.now() > giveUpAt) {
      await end(child);
      throw new Error(`The ${service} did not start`);
    }
    await delay(50);
  }
  return { url, pid: Number(child.pid), stop: () => end(child) };
};

export const startRegistryProcess = (env: Readonly<Record<string, string>>): Promise<Child> =>
  startService("registry", env);

export const startMarketplaceProcess = (env: Readonly<Record<string, string>>): Promise<Child> =>
  startService("marketplace", env);

export const startSearchProcess = (env: Readonly<Record<string, string>>): Promise<Child> =>
  startService("search", env);

/** The bare server, with its answers. */
export const startBareProcess = async (routes: readonly BareRoute[]): Promise<Child> => {
  const child = fork(join(import.meta.dirname, "bare.ts"), { serialization: "advanced", execArgv: [] });
  child.send(routes);
  const [url] = await Promise.race([
    once(child, "message") as Promise<[string]>,
    once(child, "exit").then(() => Promise.reject(new Error("The bare server did not start"))),
  ]);
  return { url, pid: Number(child.pid), stop: () => end(child) };
};
