import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createClient, unwrap } from "@nofx/client";
import { registryContract } from "@nofx/contract-registry";
import { asRole, ensureDatabase, migrateUp, provisionRole } from "@nofx/db-kit";
import { startForTests } from "@nofx/db-kit/embedded";
import { marketplaceTrack, readEnv as readMarketplaceEnv, startMarketplace } from "@nofx/marketplace";
import { registryTrack } from "@nofx/registry";
import { searchTrack } from "../../src/index.ts";
import { nobody } from "../failures.ts";

const password = "test";
const quiet = { WRITES_PER_MINUTE_MAX: "0", LOG_LEVEL: "error" };
const apps = join(import.meta.dirname, "../../..");

/**
 * A marketplace and a PostgreSQL that stay; a registry as a process that can be stopped and started again, and search as
 * one that can be killed.
 */
export interface Processes {
  readonly urls: { readonly registry: string; readonly marketplace: string; readonly search: string };
  readonly adminUrl: string;
  readonly operatorToken: string;
  /** With SIGTERM: what is asked is still answered. */
  stopRegistry(): Promise<void>;
  /** At the same address. */
  startRegistry(): Promise<void>;
  /** With SIGKILL: nothing is finished, nothing is given back. */
  killSearch(): Promise<void>;
  startSearch(): void;
  stop(): Promise<void>;
}

const migrate = async (serverUrl: string): Promise<string> => {
  const adminUrl = await ensureDatabase(serverUrl, "faults");
  for (const track of [registryTrack, marketplaceTrack, searchTrack]) {
    await provisionRole(adminUrl, { ...track, password });
    await migrateUp(adminUrl, track);
  }
  return adminUrl;
};

const issueServiceToken = async (baseUrl: string, token: string): Promise<string> => {
  const operator = createClient(registryContract, { baseUrl, token, retries: 0 });
  await unwrap(operator.createTenant({ body: { id: "services", name: "Services" } }));
  const body = { name: "search", role: "viewer", tenant: "services", kind: "service" } as const;
  return (await unwrap(operator.createToken({ body }))).secret;
};

const endProcess = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
};

/** A service as a process of its own, at an address. */
const spawnService = (name: "registry" | "search", url: string, env: Readonly<Record<string, string>>): ChildProcess =>
  spawn(process.execPath, [join(apps, name, "src/main.ts")], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...quiet, PORT: new URL(url).port, ...env },
  });

const patienceMs = 30_000;

const untilReady = async (url: string): Promise<void> => {
  const deadline = Date.now() + patienceMs;
  const isReady = () =>
    fetch(`${url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isReady())) {
    if (Date.now() > deadline) throw new Error(`Not ready within ${patienceMs} ms: ${url}`);
    await delay(20);
  }
};

/** Starts them; search last. */
export const startProcesses = async (): Promise<Processes> => {
  // It is never killed: what it has answered need not be on a disk.
  const server = await startForTests();
  const adminUrl = await migrate(server.url);
  const urlOf = (role: string): string => asRole(adminUrl, role, password);
  const operatorToken = randomBytes(24).toString("hex");
  const [registryUrl, searchUrl] = [await nobody(), await nobody()];
  const registryEnv = { DATABASE_URL: urlOf(registryTrack.role), BOOTSTRAP_TOKEN: operatorToken };
  let registry = spawnService("registry", registryUrl, registryEnv);
  await untilReady(registryUrl);
  const serviceToken = await issueServiceToken(registryUrl, operatorToken);
  const access = { REGISTRY_URL: registryUrl, PUBLISH_CHECKS_DEFAULT: "off" };
  const marketplaceEnv = { DATABASE_URL: urlOf(marketplaceTrack.role), REGISTRY_TOKEN: serviceToken, ...access };
  const marketplace = await startMarketplace(readMarketplaceEnv({ ...quiet, PORT: "0", ...marketplaceEnv }));
  const spawnSearch = (): ChildProcess =>
    spawnService("search", searchUrl, {
      DATABASE_URL: urlOf(searchTrack.role),
      REGISTRY_URL: registryUrl,
      MARKETPLACE_URL: marketplace.url,
      SERVICE_TOKEN: serviceToken,
    });
  let search = spawnSearch();
  return {
    urls: { registry: registryUrl, marketplace: marketplace.url, search: searchUrl },
    adminUrl,
    operatorToken,
    stopRegistry: () => endProcess(registry, "SIGTERM"),
    startRegistry: async () => {
      registry = spawnService("registry", registryUrl, registryEnv);
      await untilReady(registryUrl);
    },
    killSearch: () => endProcess(search, "SIGKILL"),
    startSearch: () => {
      search = spawnSearch();
    },
    stop: async () => {
      await endProcess(search, "SIGTERM");
      await marketplace.stop();
      await endProcess(registry, "SIGTERM");
      await server.stop();
    },
  };
};
