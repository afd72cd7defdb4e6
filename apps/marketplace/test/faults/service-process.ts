import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "./free-port.ts";

/** A marketplace in a process of its own, always at the same address. */
export interface ServiceProcess {
  readonly baseUrl: string;
  /** Ends it with SIGKILL and starts it again. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export const startServiceProcess = async (env: Readonly<Record<string, string>>): Promise<ServiceProcess> => {
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const isReady = () =>
    fetch(`${baseUrl}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "../../src/main.ts")], {
      stdio: ["ignore", "ignore", "inherit"],
      env: { PATH: process.env.PATH, PORT: String(port), WRITES_PER_MINUTE_MAX: "0", LOG_LEVEL: "error", ...env },
    });
    while (!(await isReady())) {
      if (child.exitCode !== null) throw new Error(`The marketplace ended with ${child.exitCode}`);
      await delay(50);
    }
    return child;
  };
  let child = await start();
  const end = async (signal: "SIGKILL" | "SIGTERM"): Promise<void> => {
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  };
  return {
    baseUrl,
    kill: async () => {
      await end("SIGKILL");
      child = await start();
    },
    stop: () => end("SIGTERM"),
  };
};
