import { randomUUID } from "node:crypto";
import "@nofx/testkit/matchers";
import { type Client, unwrap } from "@nofx/client";
import type { Role } from "@nofx/contract-kit";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { registryContract } from "@nofx/contract-registry";
import {
  buildApp as buildRegistry,
  createDeps as createRegistryDeps,
  type Deps as RegistryDeps,
  readEnv as readRegistryEnv,
  registryTrack,
} from "@nofx/registry";
import { lender } from "@nofx/testkit/lend";
import { type TestService, type TestServiceOptions, testService } from "@nofx/testkit/service";
import { afterAll, beforeAll } from "vitest";
import { buildApp, createDeps, type Deps, marketplaceTrack, readEnv } from "../src/index.ts";

export type MarketplaceClient = Client<typeof marketplaceContract>;

/** The operator's token in tests. */
export const operatorToken = "operator-token-for-tests-0123456789abcdef";

/** Somebody with a token. */
export interface Person {
  readonly tenant: string;
  readonly token: string;
}

/** A marketplace of a test's own, beside a registry of its own that knows the tokens. */
export interface TestMarketplace extends TestService<typeof marketplaceContract, Deps> {
  /** The one beside it. */
  readonly registry: TestService<typeof registryContract, RegistryDeps>;
  /** Nobody in particular. */
  readonly anonymous: MarketplaceClient;
  readonly operator: MarketplaceClient;
  as(person: Person): MarketplaceClient;
  person(role: Role, tenant?: string): Promise<Person>;
  /** The registry's client of a person, whose agents the marketplace learns of. */
  registryAs(person: Person): Client<typeof registryContract>;
  /** What a process of its own needs to know of the registry. */
  registryEnv(): Promise<{ readonly REGISTRY_URL: string; readonly REGISTRY_TOKEN: string }>;
  /** A publisher whose token is bound to these agents. */
  bound(tenant: string, agents: readonly string[]): Promise<Person>;
  /** Somebody whose token is bound to these templates, and to agents if there are any. */
  boundToTemplates(
    tenant: string,
    templates: readonly string[],
    role?: Role,
    agents?: readonly string[],
  ): Promise<Person>;
}

const startRegistry = ({ finished }: TestServiceOptions, more: Record<string, string> = {}) => {
  const parts = {
    contract: registryContract,
    track: registryTrack,
    createDeps: (databaseUrl: string, log: Deps["log"]) => {
      const env = { DATABASE_URL: databaseUrl, BOOTSTRAP_TOKEN: operatorToken, WRITES_PER_MINUTE_MAX: "0" };
      return createRegistryDeps(readRegistryEnv({ ...env, ...more }), { log });
    },
    buildApp: buildRegistry,
  } as const;
  return testService(parts, { finished });
};

/** Most tests want no more of a registry than tenants and tokens, which are in nobody's way. */
const borrowRegistry = lender((finished) => startRegistry({ finished }));

/** A registry for one marketplace. What is more than tenants and tokens is asked of `own`, and seen by no other test. */
const registryFor = async ({
  finished,
  registryEnv,
}: TestServiceOptions & { registryEnv?: Record<string, string> }) => {
  if (finished ?? registryEnv) {
    const value = await startRegistry({ finished }, registryEnv);
    return { value, keep: () => value };
  }
  return await borrowRegistry();
};

/** With partitions of the days that reports come for, which every service would make first. */
export const testTrack = {
  ...marketplaceTrack,
  prepared: "SELECT marketplace.make_event_partitions(current_date - 8, current_date + 7)",
};

/** Starts a marketplace and a registry on fresh databases and ends them with the test. */
export const marketplace = async (
  env: Record<string, string | undefined> = {},
  options: TestServiceOptions & {
    readonly now?: () => Date;
    /** Called before anything connects to the database. */
    readonly onDeps?: (deps: Deps) => void;
    /** Comes between the marketplace and the registry. */
    readonly fetchRegistry?: (registry: typeof fetch) => typeof fetch;
    /** What the registry is told beside what it needs. */
    readonly registryEnv?: Record<string, string>;
  } = {},
): Promise<TestMarketplace> => {
  const { value: registry, keep: ownRegistry } = await registryFor(options);
  const operator = registry.client(operatorToken);
  const issue = async (tenant: string, role: Role, kind: "member" | "service" = "member"): Promise<string> => {
    const created = await operator.createTenant({ body: { id: tenant, name: tenant } });
    if (!created.ok && created.problem.code !== "tenant_exists") throw new Error(created.problem.title);
    return (await unwrap(operator.createToken({ body: { name: role, tenant, role, kind } }))).secret;
  };
  const serviceToken = await issue("services", "viewer", "service");
  const createTestDeps = (databaseUrl: string, log: Deps["log"]): Deps => {
    const known = {
      DATABASE_URL: databaseUrl,
      DATABASE_CONNECTIONS_MAX: "10",
      REGISTRY_URL: "http://registry.test",
      REGISTRY_TOKEN: serviceToken,
      WRITES_PER_MINUTE_MAX: "0",
      // Most tests are about something else, and publish templates of agents that nobody has.
      PUBLISH_CHECKS_DEFAULT: "off",
    };
    const deps = createDeps(readEnv({ ...known, ...env }), {
      log,
      ...(options.now && { now: options.now }),
      fetchRegistry: options.fetchRegistry?.(registry.fetch) ?? registry.fetch,
    });
    options.onDeps?.(deps);
    return deps;
  };
  const parts = { contract: marketplaceContract, track: testTrack, createDeps: createTestDeps, buildApp };
  const service = await testService(parts, options);
  return {
    ...service,
    get registry() {
      return ownRegistry();
    },
    anonymous: service.client(),
    operator: service.client(operatorToken),
    as: ({ token }) => service.client(token),
    registryAs: ({ token }) => ownRegistry().client(token),
    registryEnv: async () => ({ REGISTRY_URL: await ownRegistry().listen(), REGISTRY_TOKEN: serviceToken }),
    bound: async (tenant, agents) => {
      const body = { name: "bound", tenant, role: "publisher" as const, agents: [...agents] };
      return { tenant, token: (await unwrap(operator.createToken({ body }))).secret };
    },
    boundToTemplates: async (tenant, templates, role = "publisher", agents) => {
      const named = { templates: [...templates], ...(agents && { agents: [...agents] }) };
      return {
        tenant,
        token: (await unwrap(operator.createToken({ body: { name: "bound", tenant, role, ...named } }))).secret,
      };
    },
    person: async (role, tenant = `t-${randomUUID().slice(0, 8)}`) => ({ tenant, token: await issue(tenant, role) }),
  };
};

/** One marketplace for all tests of a block: for those that write nothing, or have tenants of their own. */
export const sharedMarketplace = (): (() => TestMarketplace) => {
  const ends: (() => Promise<void>)[] = [];
  let world: TestMarketplace;
  beforeAll(async () => {
    world = await marketplace({}, { finished: (end) => void ends.push(end) });
  });
  afterAll(async () => {
    for (const end of ends.toReversed()) await end();
  });
  return () => world;
};
