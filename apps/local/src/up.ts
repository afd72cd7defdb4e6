import { join } from "node:path";
import { asRole, ensureDatabase, migrateUp, provisionRole } from "@nofx/db-kit";
import { startEmbedded } from "@nofx/db-kit/embedded";
import { marketplaceTrack, readEnv as readMarketplaceEnv, startMarketplace } from "@nofx/marketplace";
import { readEnv as readRegistryEnv, registryTrack, startRegistry } from "@nofx/registry";
import { readEnv as readSearchEnv, searchTrack, startSearch } from "@nofx/search";
import type { LocalEnv } from "./env.ts";
import { bringSamples, type Shipped, ship } from "./fill.ts";
import { type Gateway, startGateway } from "./gateway.ts";
import { assertFree } from "./ports.ts";
import { prefixes, type ServiceName } from "./routes.ts";
import { type LocalJson, loadSecrets, openState, type Secrets, saveLocalJson, saveSecrets } from "./state.ts";
import type { Step } from "./step.ts";
import { ensureTokens, localTenant } from "./tenant.ts";
import { untilSearchable } from "./until-searchable.ts";

/** A running control plane. */
export interface ControlPlane {
  readonly local: LocalJson;
  readonly shipped: Shipped;
  /** Ends everything, PostgreSQL last and cleanly. */
  stop(): Promise<void>;
}

type Stops = (() => Promise<void>)[];

const startDatabase = async (env: LocalEnv, secrets: Secrets, stops: Stops): Promise<string> => {
  if (env.databaseUrl) return env.databaseUrl;
  const server = await startEmbedded({
    dataDirectory: join(env.stateDirectory, "postgres"),
    password: secrets.postgresPassword,
  });
  stops.push(() => server.stop());
  return await ensureDatabase(server.url, "nofx").catch((error: Error & { readonly code?: string }) => {
    if (error.code !== "28P01") throw error;
    throw new Error(
      `The data in ${server.dataDirectory} was made with other secrets than those of ${env.stateDirectory}/secrets.json.\nPut that file back as it was, or delete the data to begin anew.`,
    );
  });
};

const tracks = [registryTrack, marketplaceTrack, searchTrack];

const migrate = async (databaseUrl: string, secrets: Secrets): Promise<string[]> => {
  const applied: string[] = [];
  for (const track of tracks) {
    const { role, schema } = track;
    await provisionRole(databaseUrl, { role, schema, password: secrets.rolePassword });
    applied.push(...(await migrateUp(databaseUrl, track)));
  }
  return applied;
};

const registryEnv = (env: LocalEnv, databaseUrl: string, secrets: Secrets) =>
  readRegistryEnv({
    DATABASE_URL: asRole(databaseUrl, registryTrack.role, secrets.rolePassword),
    PORT: String(env.port + 1),
    PUBLIC_URL: `http://127.0.0.1:${env.port}`,
    MARKETPLACE_URL: `http://127.0.0.1:${env.port + 2}`,
    BOOTSTRAP_TOKEN: secrets.bootstrapToken,
    WEBHOOK_KEY: secrets.webhookKey,
    // Receivers on this machine: whoever tries the product has nothing else.
    WEBHOOK_ALLOW: "localhost,127.0.0.1,::1",
    DEFAULT_TENANT: localTenant,
    LOG_FILE: join(env.stateDirectory, "registry.log"),
  });

const marketplaceEnv = (env: LocalEnv, databaseUrl: string, secrets: Secrets, serviceToken: string) =>
  readMarketplaceEnv({
    DATABASE_URL: asRole(databaseUrl, marketplaceTrack.role, secrets.rolePassword),
    PORT: String(env.port + 2),
    REGISTRY_URL: `http://127.0.0.1:${env.port + 1}`,
    REGISTRY_TOKEN: serviceToken,
    RUNNER_URL: env.runnerUrl,
    RUNNER_TOKEN: env.runnerToken,
    LOG_FILE: join(env.stateDirectory, "marketplace.log"),
  });

const searchEnv = (env: LocalEnv, databaseUrl: string, secrets: Secrets, serviceToken: string) =>
  readSearchEnv({
    DATABASE_URL: asRole(databaseUrl, searchTrack.role, secrets.rolePassword),
    PORT: String(env.port + 3),
    PUBLIC_URL: `http://127.0.0.1:${env.port}`,
    REGISTRY_URL: `http://127.0.0.1:${env.port + 1}`,
    MARKETPLACE_URL: `http://127.0.0.1:${env.port + 2}`,
    SERVICE_TOKEN: serviceToken,
    LOG_FILE: join(env.stateDirectory, "search.log"),
  });

type Serving = Pick<
  Awaited<ReturnType<typeof startRegistry | typeof startMarketplace | typeof startSearch>>,
  "service"
>;

/** One origin for all services. */
const openOrigin = (port: number, serving: Readonly<Record<ServiceName, Serving>>): Promise<Gateway> => {
  const routesTo = (name: ServiceName) =>
    prefixes[name].map((prefix) => ({ prefix, handle: serving[name].service.fastify.routing }));
  return startGateway(port, [...routesTo("registry"), ...routesTo("marketplace"), ...routesTo("search")]);
};

const start = async (env: LocalEnv, step: Step, stops: Stops): Promise<Omit<ControlPlane, "stop">> => {
  await openState(env.stateDirectory);
  await assertFree([0, 1, 2, 3].map((offset) => env.port + offset));
  const secrets = await loadSecrets(env.stateDirectory);
  const databaseUrl = await step("PostgreSQL", () => startDatabase(env, secrets, stops));
  await step(
    "Migrations",
    () => migrate(databaseUrl, secrets),
    (applied) => (applied.length > 0 ? `${applied.length} applied` : "up to date"),
  );
  const registry = await step("Agent registry", async () => {
    const running = await startRegistry(registryEnv(env, databaseUrl, secrets));
    stops.push(running.stop);
    return running;
  });
  const tokens = await ensureTokens(registry.url, secrets.bootstrapToken, secrets);
  await saveSecrets(env.stateDirectory, { ...secrets, ...tokens });
  const marketplace = await step("Template marketplace", async () => {
    const running = await startMarketplace(marketplaceEnv(env, databaseUrl, secrets, tokens.serviceToken));
    stops.push(running.stop);
    return running;
  });
  registry.deps.usage.follow(tokens.serviceToken);
  const search = await step("Search", async () => {
    const running = await startSearch(searchEnv(env, databaseUrl, secrets, tokens.serviceToken));
    stops.push(running.stop);
    return running;
  });
  const gateway = await openOrigin(env.port, { registry, marketplace, search });
  stops.push(gateway.stop);
  const token = tokens.adminToken;
  const shipped = await ship(gateway.url, token, secrets.bootstrapToken, step);
  await bringSamples(env, gateway.url, token, step);
  await untilSearchable(gateway.url, { operator: secrets.bootstrapToken, service: tokens.serviceToken }, step);
  const local = {
    origin: gateway.url,
    registryUrl: registry.url,
    marketplaceUrl: marketplace.url,
    searchUrl: search.url,
    token,
    tenant: localTenant,
  };
  await saveLocalJson(env.stateDirectory, local);
  return { local, shipped };
};

/** Starts the whole control plane on this machine. If a step fails, what was started before is stopped again. */
export const up = async (env: LocalEnv, step: Step): Promise<ControlPlane> => {
  const stops: Stops = [];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    return { ...(await start(env, step, stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
