import { unwrap } from "@nofx/client";
import type { Role } from "@nofx/contract-kit";
import { registryContract } from "@nofx/contract-registry";
import { buildApp, createDeps, readEnv, registryTrack } from "@nofx/registry";
import { testService } from "@nofx/testkit/service";
import type { RegistryClient } from "../src/agents.ts";

const operatorToken = "operator-token-for-tests-0123456789abcdef";

interface TokenOptions {
  readonly tenant?: string;
  readonly role?: Role;
  readonly agents?: string[];
  readonly kind?: "member" | "service";
}

export interface TestRegistry {
  readonly fetch: typeof fetch;
  /** A client of somebody in that tenant, over a transport that may look on or interfere. */
  client(options?: TokenOptions & { fetch?: typeof fetch }): Promise<RegistryClient>;
  /** A new token of somebody. */
  token(options: TokenOptions): Promise<string>;
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
  const token = async ({ tenant = "acme", role = "admin", agents, kind }: TokenOptions): Promise<string> => {
    await operator.createTenant({ body: { id: tenant, name: tenant } });
    const order = { name: role, role, tenant, ...(agents && { agents }), ...(kind && { kind }) };
    return (await unwrap(operator.createToken({ body: order }))).secret;
  };
  return {
    fetch: service.fetch,
    client: async ({ fetch, ...options } = {}) => service.client(await token(options), fetch),
    token,
  };
};
