import { randomUUID } from "node:crypto";
import { unwrap } from "@nofx/client";
import type { Role } from "@nofx/contract-kit";
import { registryContract } from "@nofx/contract-registry";
import { buildApp, createDeps, readEnv, registryTrack } from "@nofx/registry";
import { lender } from "@nofx/testkit/lend";
import { type TestServiceOptions, testService } from "@nofx/testkit/service";
import type { RegistryClient } from "../src/agents.ts";

const operatorToken = "operator-token-for-tests-0123456789abcdef";

interface TokenOptions {
  /** Default: one that no other test has. */
  readonly tenant?: string;
  readonly role?: Role;
  readonly agents?: string[];
  readonly kind?: "member" | "service";
}

export interface TestRegistry {
  /** Whose everything is if nothing else is said. */
  readonly tenant: string;
  readonly fetch: typeof fetch;
  /** A client of somebody in that tenant, over a transport that may look on or interfere. */
  client(options?: TokenOptions & { fetch?: typeof fetch }): Promise<RegistryClient>;
  /** A new token of somebody. */
  token(options: TokenOptions): Promise<string>;
}

const newTenant = (): string => `t-${randomUUID().slice(0, 8)}`;

/** Starts a registry: real service, real database, no socket. */
export const startRegistry = (finished?: TestServiceOptions["finished"]) =>
  testService(
    {
      contract: registryContract,
      track: registryTrack,
      createDeps: (databaseUrl, log) =>
        createDeps(readEnv({ DATABASE_URL: databaseUrl, BOOTSTRAP_TOKEN: operatorToken, WRITES_PER_MINUTE_MAX: "0" }), {
          log,
        }),
      buildApp,
    },
    { finished },
  );

const borrow = lender(startRegistry);

/** A registry that the test has for itself, and a tenant of its own. What is made public in it stays: `keep` says so. */
export const registry = async ({ keep = false } = {}): Promise<TestRegistry> => {
  const lent = await borrow();
  return registryOf(keep ? lent.keep() : lent.value);
};

export const registryOf = (service: Awaited<ReturnType<typeof startRegistry>>): TestRegistry => {
  const own = newTenant();
  const operator = service.client(operatorToken);
  const token = async ({ tenant = own, role = "admin", agents, kind }: TokenOptions): Promise<string> => {
    await operator.createTenant({ body: { id: tenant, name: tenant } });
    const order = { name: role, role, tenant, ...(agents && { agents }), ...(kind && { kind }) };
    return (await unwrap(operator.createToken({ body: order }))).secret;
  };
  return {
    tenant: own,
    fetch: service.fetch,
    client: async ({ fetch, ...options } = {}) => service.client(await token(options), fetch),
    token,
  };
};
