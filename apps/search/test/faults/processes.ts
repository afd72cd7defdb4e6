import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, unwrap } from "@nofx/client";
import { registryContract } from "@nofx/contract-registry";
import { asRole, ensureDatabase, migrateUp, provisionRole } from "@nofx/db-kit";
import { startEmbedded } from "@nofx/db-kit/embedded";
import { marketplaceTrack, readEnv as readMarketplaceEnv, startMarketplace } from "@nofx/marketplace";
import { readEnv as readRegistryEnv, registryTrack, startRegistry } from "@nofx/registry";
import { searchTrack } from "../../src/index.ts";

const password = "test";
const quiet = { WRITES_PER_MINUTE_MAX: "0", PORT: "0", LOG_LEVEL: "error" };

/** A registry, a marketplace and a PostgreSQL that stay, and search as a process that can be killed and started again. */
export interface Processes {
  readonly registryUrl: string;
  readonly marketplaceUrl: string;
  readonly adminUrl: string;
  readonly operatorToken: string;
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

/** Starts them; search last. */
export const startProcesses = async (): Promise<Processes> => {
  const directory = await mkdtemp(join(tmpdir(), "nofx-search-faults-"));
  const server = await startEmbedded({ dataDirectory: join(directory, "postgres"), password });
  const adminUrl = await migrate(server.url);
  const urlOf = (role: string): string => asRole(adminUrl, role, password);
  const operatorToken = randomBytes(24).toString("hex");
  const registryEnv = { DATABASE_URL: urlOf(registryTrack.role), BOOTSTRAP_TOKEN: operatorToken };
  const registry = await startRegistry(readRegistryEnv({ ...quiet, ...registryEnv }));
  const serviceToken = await issueServiceToken(registry.url, operatorToken);
  const access = { REGISTRY_URL: registry.url, PUBLISH_CHECKS_DEFAULT: "off" };
  const marketplaceEnv = { DATABASE_URL: urlOf(marketplaceTrack.role), REGISTRY_TOKEN: serviceToken, ...access };
  const marketplace = await startMarketplace(readMarketplaceEnv({ ...quiet, ...marketplaceEnv }));
  const spawnSearch = (): ChildProcess =>
    spawn(process.execPath, [join(import.meta.dirname, "../../src/main.ts")], {
      stdio: ["ignore", "ignore", "inherit"],
      env: {
        ...quiet,
        DATABASE_URL: urlOf(searchTrack.role),
        REGISTRY_URL: registry.url,
        MARKETPLACE_URL: marketplace.url,
        SERVICE_TOKEN: serviceToken,
      },
    });
  let search = spawnSearch();
  return {
    registryUrl: registry.url,
    marketplaceUrl: marketplace.url,
    adminUrl,
    operatorToken,
    killSearch: () => endProcess(search, "SIGKILL"),
    startSearch: () => {
      search = spawnSearch();
    },
    stop: async () => {
      await endProcess(search, "SIGTERM");
      await marketplace.stop();
      await registry.stop();
      await server.stop();
      // The directory's owner may be another account that PostgreSQL runs as.
      await rm(directory, { recursive: true, force: true });
      if (!server.dataDirectory.startsWith(directory)) await rm(server.dataDirectory, { recursive: true, force: true });
    },
  };
};
