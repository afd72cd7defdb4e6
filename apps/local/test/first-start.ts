import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { unwrap } from "@nofx/client";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { quickDirectory } from "@nofx/db-kit/embedded";
import { clientOf } from "../src/client.ts";
import { type LocalJson, readLocalJson } from "../src/state.ts";
import { freeBlock, type LocalProcess, runLocal } from "./local-process.ts";

const run = promisify(execFile);

/** A first `npm start`, from nothing to its end by Ctrl-C. */
export interface FirstStart {
  /** The state directory that it has left. Tests work with copies: to make one anew takes half a minute. */
  readonly state: string;
  readonly port: number;
  readonly local: LocalJson;
  /** Permissions of local.json. */
  readonly localMode: number;
  readonly output: string;
  /** The categories and the marketplace's audit log when it was ready. */
  readonly seen: Seen;
  /** What the three services expose to Prometheus. */
  readonly metrics: readonly string[];
  readonly exitCode: number | null;
  /** How long it took to stop, in ms. */
  readonly stopMs: number;
  readonly serverLog: string;
}

/** What every start is to leave as it is. */
export interface Seen {
  readonly categories: readonly { readonly parent?: string | undefined; readonly count: number }[];
  /** Ids of the entries of the marketplace's audit log, one for each write. */
  readonly writes: readonly string[];
}

export const look = async ({ origin, token }: LocalJson): Promise<Seen> => {
  const marketplace = clientOf(marketplaceContract, origin, token);
  const { categories } = await unwrap(marketplace.listCategories());
  const { entries } = await unwrap(marketplace.listMarketplaceAudit({ limit: 100 }));
  return { categories, writes: entries.map(({ id }) => id) };
};

const newState = async (): Promise<string> => await mkdtemp(join(await quickDirectory(), "nofx-state-"));

/** A copy of a state directory that nothing runs on. */
export const copyState = async (state: string): Promise<string> => {
  const copy = await newState();
  // Owners and permissions, too: PostgreSQL asks for them.
  await run("cp", ["-a", `${state}/.`, copy]);
  return copy;
};

/** From a terminal it comes twice: to the whole group of processes, and handed on by npm. */
const pressCtrlC = async ({ child, output }: LocalProcess): Promise<void> => {
  child.kill("SIGINT");
  while (!output().includes("Stopping") && child.exitCode === null && child.signalCode === null) await delay(5);
  child.kill("SIGINT");
};

const observe = async (state: string): Promise<FirstStart> => {
  const port = await freeBlock();
  const running = runLocal({ NOFX_PORT: String(port) }, state);
  try {
    await running.settled();
    const local = await readLocalJson(state).catch((error: Error) => {
      throw new Error(`${error.message}\n${running.output()}`);
    });
    const { registryUrl, marketplaceUrl, searchUrl } = local;
    const collect = async (url: string) => (await fetch(`${url}/metrics`)).text();
    const seen = await look(local);
    const metrics = await Promise.all([registryUrl, marketplaceUrl, searchUrl].map(collect));
    const askedAt = performance.now();
    await pressCtrlC(running);
    const exitCode = await running.ended;
    return {
      state,
      port,
      local,
      localMode: (await stat(join(state, "local.json"))).mode & 0o777,
      output: running.output(),
      seen,
      metrics,
      exitCode,
      stopMs: performance.now() - askedAt,
      serverLog: await readFile(join(state, "postgres/server.log"), "utf8"),
    };
  } finally {
    await running.end();
  }
};

/** Starts on a directory of its own, and ends. */
export const startFirst = async (): Promise<FirstStart> => {
  const state = await newState();
  try {
    return await observe(state);
  } catch (error) {
    await rm(state, { recursive: true, force: true });
    throw error;
  }
};
