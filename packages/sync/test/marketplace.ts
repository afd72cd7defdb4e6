import { unwrap } from "@nofx/client";
import type { Role } from "@nofx/contract-kit";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { buildApp, createDeps, marketplaceTrack, readEnv } from "@nofx/marketplace";
import { testService } from "@nofx/testkit/service";
import type { MarketplaceClient } from "../src/templates.ts";
import { registry } from "./registry.ts";

export interface TestMarketplace {
  readonly fetch: typeof fetch;
  /** A client of somebody in that tenant, over a transport that may look on or interfere. */
  client(options?: { tenant?: string; role?: Role; fetch?: typeof fetch }): Promise<MarketplaceClient>;
}

/** A marketplace of the test's own beside a registry that knows the tokens: real services, real databases, no socket. */
export const marketplace = async (env: Record<string, string> = {}): Promise<TestMarketplace> => {
  const { fetch: fetchRegistry, token } = await registry();
  const serviceToken = await token({ tenant: "services", role: "viewer", kind: "service" });
  const service = await testService({
    contract: marketplaceContract,
    track: marketplaceTrack,
    createDeps: (databaseUrl, log) => {
      const known = {
        DATABASE_URL: databaseUrl,
        REGISTRY_URL: "http://registry.test",
        REGISTRY_TOKEN: serviceToken,
        WRITES_PER_MINUTE_MAX: "0",
        // Most tests publish templates of agents that nobody has.
        PUBLISH_CHECKS_DEFAULT: "off",
      };
      return createDeps(readEnv({ ...known, ...env }), { log, fetchRegistry });
    },
    buildApp,
  });
  return {
    fetch: service.fetch,
    client: async ({ tenant = "acme", role = "admin", fetch } = {}) =>
      service.client(await token({ tenant, role }), fetch),
  };
};

/** What the audit log of the caller's tenant tells, an entry for each write. */
export const writesOf = async (client: MarketplaceClient): Promise<string[]> =>
  (await unwrap(client.listMarketplaceAudit({ limit: 100 }))).entries.map(({ id }) => id);
