import { unwrap } from "@nofx/client";
import type { Role } from "@nofx/contract-kit";
import { registryContract } from "@nofx/contract-registry";
import { buildApp, createDeps, readEnv, registryTrack } from "@nofx/registry";
import { testService } from "@nofx/testkit/service";
import type { RegistryClient } from "../src/agents.ts";

const operatorToken = "operator-token-for-tests-0123456789abcdef";

export interface TestRegistry {
  readonly fetch: typeof fetch;
  /** A client of somebody in that tenant, over a transport that may look on or interfere. */
  client(options?: { tenant?: string; role?: Role; fetch?: typeof fetch; agents?: string[] }): Promise<RegistryClient>;
}

/** A registry of the test's own: real service, real database, no socket. */
export const registry = async (): Promise<TestRegistry> => {
  const service = await testService({
    contract: registryContract,
    track: registryTrack,
    createDeps: (databaseUrl, log) =>
      createDeps(readEnv({ DATABASE_URL: databaseUrl, BOOTSTRAP_TOKEN: operatorToken, WRITES_PER_MINUTE_MAX: "0" }), {
        log,
      }),
    buildApp,
  });
  const operator = service.client(operatorToken);
  return {
    fetch: service.fetch,
    client: async ({ tenant = "acme", role = "admin", fetch, agents } = {}) => {
      await operator.createTenant({ body: { id: tenant, name: tenant } });
      const order = { name: role, role, tenant, ...(agents && { agents }) };
      const { secret } = await unwrap(operator.createToken({ body: order }));
      return service.client(secret, fetch);
    },
  };
};
