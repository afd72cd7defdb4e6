import "@nofx/testkit/matchers";
import { randomUUID } from "node:crypto";
import { type Client, unwrap } from "@nofx/client";
import type { Role } from "@nofx/contract-kit";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { registryContract } from "@nofx/contract-registry";
import { searchContract } from "@nofx/contract-search";
import * as marketplaces from "@nofx/marketplace";
import * as registries from "@nofx/registry";
import { type TestService, type TestServiceOptions, testService } from "@nofx/testkit/service";
import { buildApp, createDeps, type Deps, readEnv, searchTrack } from "../src/index.ts";

export const operatorToken = "operator-token-for-tests-0123456789abcdef";

/** Somebody with a token, and what they reach with it. */
export interface Person {
  readonly tenant: string;
  readonly token: string;
  readonly registry: Client<typeof registryContract>;
  readonly marketplace: Client<typeof marketplaceContract>;
  readonly search: Client<typeof searchContract>;
}

type Registry = TestService<typeof registryContract, registries.Deps>;
type Marketplace = TestService<typeof marketplaceContract, marketplaces.Deps>;
type Search = TestService<typeof searchContract, Deps>;

/** What everybody needs of a registry. */
type AnyRegistry = Pick<Registry, "fetch" | "client">;

/** Search beside a registry and a marketplace, all a test's own. */
export interface World<R extends AnyRegistry = Registry> extends Search {
  readonly registry: R;
  readonly marketplace: Marketplace;
  /** Nobody in particular. */
  readonly anonymous: Client<typeof searchContract>;
  readonly operator: Client<typeof searchContract>;
  /** Somebody of a tenant, which is made if it is not there. */
  person(role: Role, tenant?: string): Promise<Person>;
  /** Another process of search on the same database; `env` is in the place of the first one's. */
  replica(env?: Readonly<Record<string, string>>): Promise<Search>;
}

export interface WorldOptions extends TestServiceOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What the registry is told beside what it needs. */
  readonly registryEnv?: Readonly<Record<string, string>>;
  readonly now?: () => Date;
  /** Comes between search and the registry. */
  readonly fetchRegistry?: (registry: typeof fetch) => typeof fetch;
  /** Comes between search and the marketplace. */
  readonly fetchMarketplace?: (marketplace: typeof fetch) => typeof fetch;
}

const startRegistry = ({ finished, registryEnv }: WorldOptions): Promise<Registry> =>
  testService(
    {
      contract: registryContract,
      track: registries.registryTrack,
      createDeps: (databaseUrl, log) => {
        const env = { DATABASE_URL: databaseUrl, BOOTSTRAP_TOKEN: operatorToken, WRITES_PER_MINUTE_MAX: "0" };
        return registries.createDeps(registries.readEnv({ ...env, ...registryEnv }), { log });
      },
      buildApp: registries.buildApp,
    },
    { finished },
  );

const startMarketplace = (
  { finished }: TestServiceOptions,
  fetchRegistry: typeof fetch,
  token: string,
): Promise<Marketplace> =>
  testService(
    {
      contract: marketplaceContract,
      track: marketplaces.marketplaceTrack,
      createDeps: (databaseUrl, log) => {
        const access = { REGISTRY_URL: "http://registry.test", REGISTRY_TOKEN: token, WRITES_PER_MINUTE_MAX: "0" };
        const env = { DATABASE_URL: databaseUrl, ...access, PUBLISH_CHECKS_DEFAULT: "off" };
        return marketplaces.createDeps(marketplaces.readEnv(env), { log, fetchRegistry });
      },
      buildApp: marketplaces.buildApp,
    },
    { finished },
  );

/** Starts marketplace and search beside a registry, on fresh databases, and ends them with the test. */
export const worldAround = async <R extends AnyRegistry>(
  registry: R,
  options: WorldOptions = {},
): Promise<World<R>> => {
  const operator = registry.client(operatorToken);
  const issue = async (tenant: string, role: Role, kind: "member" | "service" = "member"): Promise<string> => {
    const created = await operator.createTenant({ body: { id: tenant, name: tenant } });
    if (!created.ok && created.problem.code !== "tenant_exists") throw new Error(created.problem.title);
    return (await unwrap(operator.createToken({ body: { name: role, tenant, role, kind } }))).secret;
  };
  const serviceToken = await issue("services", "viewer", "service");
  const marketplace = await startMarketplace(options, registry.fetch, serviceToken);
  const { env = {}, now, fetchRegistry, fetchMarketplace } = options;
  const transports = {
    registry: fetchRegistry?.(registry.fetch) ?? registry.fetch,
    marketplace: fetchMarketplace?.(marketplace.fetch) ?? marketplace.fetch,
  };
  const startSearch = (serviceOptions: TestServiceOptions, given = env): Promise<Search> =>
    testService(
      {
        contract: searchContract,
        track: searchTrack,
        createDeps: (databaseUrl, log) => {
          const access = { REGISTRY_URL: "http://registry.test", MARKETPLACE_URL: "http://marketplace.test" };
          const limits = { SERVICE_TOKEN: serviceToken, WRITES_PER_MINUTE_MAX: "0" };
          const known = { DATABASE_URL: databaseUrl, ...access, ...limits };
          return createDeps(readEnv({ ...known, ...given }), { log, transports, ...(now && { now }) });
        },
        buildApp,
      },
      serviceOptions,
    );
  const search = await startSearch(options);
  return {
    ...search,
    registry,
    marketplace,
    anonymous: search.client(),
    operator: search.client(operatorToken),
    replica: (given) => startSearch({ ...options, database: search.database }, given),
    person: async (role, tenant = `t-${randomUUID().slice(0, 8)}`) => {
      const token = await issue(tenant, role);
      return {
        tenant,
        token,
        registry: registry.client(token),
        marketplace: marketplace.client(token),
        search: search.client(token),
      };
    },
  };
};

/** Starts all three on fresh databases and ends them with the test. */
export const world = async (options: WorldOptions = {}): Promise<World> =>
  await worldAround(await startRegistry(options), options);
