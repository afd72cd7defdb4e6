import { Writable } from "node:stream";
import { createClient, unwrap } from "@nofx/client";
import type { Role } from "@nofx/contract-kit";
import { registryContract } from "@nofx/contract-registry";
import { buildApp, createDeps, readEnv, registryTrack } from "@nofx/registry";
import { createLogger } from "@nofx/service-kit";
import { cloneDatabase, fetchInto, prepareTemplate } from "@nofx/testkit";
import type {} from "@nofx/testkit/global-setup";
import { inject, onTestFinished } from "vitest";
import type { RegistryClient } from "../src/registry.ts";

const operatorToken = "operator-token-for-tests-0123456789abcdef";

export interface TestRegistry {
  readonly fetch: typeof fetch;
  /** A client of somebody in that tenant, over a transport that may look on or interfere. */
  client(options?: { tenant?: string; role?: Role; fetch?: typeof fetch; agents?: string[] }): Promise<RegistryClient>;
}

/** A registry of the test's own: real service, real database, no socket. */
export const registry = async (): Promise<TestRegistry> => {
  const serverUrl = inject("testServerUrl");
  const template = await prepareTemplate(serverUrl, registryTrack);
  const database = await cloneDatabase(serverUrl, template, registryTrack.role);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const env = { DATABASE_URL: database.url, BOOTSTRAP_TOKEN: operatorToken, WRITES_PER_MINUTE_MAX: "0" };
  const deps = createDeps(readEnv(env), { log: createLogger("registry", "error", silent) });
  const { fastify } = await buildApp(deps);
  onTestFinished(async () => {
    await fastify.close();
    await deps.close();
    await database.drop();
  });
  const intoApp = fetchInto(fastify);
  const clientOf = (token: string, transport = intoApp): RegistryClient =>
    createClient(registryContract, { baseUrl: "http://registry.test", token, fetch: transport });
  const operator = clientOf(operatorToken);
  return {
    fetch: intoApp,
    client: async ({ tenant = "acme", role = "admin", fetch, agents } = {}) => {
      await operator.createTenant({ body: { id: tenant, name: tenant } });
      const order = { name: role, role, tenant, ...(agents && { agents }) };
      const { secret } = await unwrap(operator.createToken({ body: order }));
      return clientOf(secret, fetch);
    },
  };
};
