import { randomUUID } from "node:crypto";
import "@nofx/testkit/matchers";
import { type Client, unwrap } from "@nofx/client";
import type { Role } from "@nofx/contract-kit";
import { registryContract } from "@nofx/contract-registry";
import type { ResolveHost } from "@nofx/service-kit";
import { manifest, type TestDatabase } from "@nofx/testkit";
import {
  freshDatabase as databaseOf,
  type TestService,
  type TestServiceOptions,
  testService,
} from "@nofx/testkit/service";
import { buildApp, createDeps, type Deps, readEnv, registryTrack } from "../src/index.ts";

export type RegistryClient = Client<typeof registryContract>;

/** The operator's token in tests. */
export const operatorToken = "operator-token-for-tests-0123456789abcdef";

/** Somebody with a token. */
export interface Person {
  readonly tenant: string;
  readonly token: string;
}

/** A registry of a test's own: real database, real contract, no socket. */
export interface TestRegistry extends TestService<typeof registryContract, Deps> {
  /** Nobody in particular. */
  readonly anonymous: RegistryClient;
  readonly operator: RegistryClient;
  as(person: Person): RegistryClient;
  readonly given: {
    tenant(id?: string): Promise<string>;
    person(role: Role, tenant?: string): Promise<Person>;
    publisher(tenant?: string): Promise<Person>;
    admin(tenant?: string): Promise<Person>;
    service(): Promise<Person>;
    manifest: typeof manifest;
  };
}

/** A database of one's own, with nothing in it or with what the other has. */
export const freshDatabase = (copyOf?: TestDatabase): Promise<TestDatabase> => databaseOf(registryTrack, copyOf);

/** Starts a registry on a fresh database and ends it with the test. */
export const registry = async (
  env: Record<string, string | undefined> = {},
  options: TestServiceOptions & { readonly now?: () => Date; readonly resolve?: ResolveHost } = {},
): Promise<TestRegistry> => {
  const createTestDeps = (databaseUrl: string, log: Deps["log"]): Deps =>
    createDeps(
      readEnv({
        DATABASE_URL: databaseUrl,
        BOOTSTRAP_TOKEN: operatorToken,
        WRITES_PER_MINUTE_MAX: "0",
        DATABASE_CONNECTIONS_MAX: "10",
        WEBHOOK_KEY: "webhook-key-for-tests-0123456789abcdef",
        WEBHOOK_ALLOW: "127.0.0.1",
        ...env,
      }),
      { ...options, log },
    );
  const parts = { contract: registryContract, track: registryTrack, createDeps: createTestDeps, buildApp };
  const service = await testService(parts, options);
  const operator = service.client(operatorToken);
  const tenant = async (id = `t-${randomUUID().slice(0, 8)}`): Promise<string> => {
    const created = await operator.createTenant({ body: { id, name: id } });
    if (!created.ok && created.problem.code !== "tenant_exists") throw new Error(created.problem.title);
    return id;
  };
  const issue = async (order: { role: Role; kind?: "member" | "service" }, id?: string): Promise<Person> => {
    const owner = await tenant(id);
    const { secret } = await unwrap(operator.createToken({ body: { name: order.role, tenant: owner, ...order } }));
    return { tenant: owner, token: secret };
  };
  return {
    ...service,
    anonymous: service.client(),
    operator,
    as: ({ token }) => service.client(token),
    given: {
      tenant,
      person: (role, id) => issue({ role }, id),
      publisher: (id) => issue({ role: "publisher" }, id),
      admin: (id) => issue({ role: "admin" }, id),
      service: () => issue({ role: "viewer", kind: "service" }),
      manifest,
    },
  };
};
