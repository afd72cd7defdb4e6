import { unwrap } from "@nofx/client";
import type { Role } from "@nofx/contract-kit";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { buildApp, createDeps, marketplaceTrack, readEnv } from "@nofx/marketplace";
import { lender } from "@nofx/testkit/lend";
import { type TestServiceOptions, testService } from "@nofx/testkit/service";
import type { MarketplaceClient } from "../src/templates.ts";
import { registryOf, startRegistry } from "./registry.ts";

export interface TestMarketplace {
  /** Whose everything is if nothing else is said. */
  readonly tenant: string;
  readonly fetch: typeof fetch;
  /** A client of somebody in that tenant, over a transport that may look on or interfere. */
  client(options?: { tenant?: string; role?: Role; fetch?: typeof fetch }): Promise<MarketplaceClient>;
}

/** Starts a marketplace beside a registry that knows the tokens: real services, real databases, no socket. */
const start = async (finished: TestServiceOptions["finished"]) => {
  const registry = await startRegistry(finished);
  const { fetch: fetchRegistry, token } = registryOf(registry);
  const serviceToken = await token({ tenant: "services", role: "viewer", kind: "service" });
  const service = await testService(
    {
      contract: marketplaceContract,
      track: marketplaceTrack,
      createDeps: (databaseUrl, log) => {
        const env = {
          DATABASE_URL: databaseUrl,
          REGISTRY_URL: "http://registry.test",
          REGISTRY_TOKEN: serviceToken,
          WRITES_PER_MINUTE_MAX: "0",
          // Most tests publish templates of agents that nobody has.
          PUBLISH_CHECKS_DEFAULT: "off",
        };
        return createDeps(readEnv(env), { log, fetchRegistry });
      },
      buildApp,
    },
    { finished },
  );
  return { registry, service };
};

const borrow = lender(start);

/** A marketplace that the test has for itself, and a tenant of its own. What is made public in it stays: `keep` says so. */
export const marketplace = async ({ keep = false } = {}): Promise<TestMarketplace> => {
  const lent = await borrow();
  const { registry, service } = keep ? lent.keep() : lent.value;
  const { tenant: own, token } = registryOf(registry);
  return {
    tenant: own,
    fetch: service.fetch,
    client: async ({ tenant = own, role = "admin", fetch } = {}) =>
      service.client(await token({ tenant, role }), fetch),
  };
};

/** What the audit log of the caller's tenant tells, an entry for each write. */
export const writesOf = async (client: MarketplaceClient): Promise<string[]> =>
  (await unwrap(client.listMarketplaceAudit({ limit: 100 }))).entries.map(({ id }) => id);
