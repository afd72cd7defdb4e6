import { randomUUID } from "node:crypto";
import { Writable } from "node:stream";
import "@nofx/testkit/matchers";
import { type Client, createClient, unwrap } from "@nofx/client";
import type { Role } from "@nofx/contract-kit";
import { registryContract } from "@nofx/contract-registry";
import { createLogger, type ResolveHost } from "@nofx/service-kit";
import { cloneDatabase, fetchInto, manifest, prepareTemplate, type TestDatabase } from "@nofx/testkit";
import type {} from "@nofx/testkit/global-setup";
import { inject, onTestFinished } from "vitest";
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
export interface TestRegistry {
  readonly deps: Deps;
  readonly database: TestDatabase;
  readonly fetch: typeof fetch;
  /** Text of `/metrics`. */
  metrics(): Promise<string>;
  /** Opens a socket, for what cannot go without; gives its address. */
  listen(): Promise<string>;
  /** Stops accepting, and waits for what is open. */
  close(): Promise<void>;
  /** Nobody in particular. */
  readonly anonymous: RegistryClient;
  readonly operator: RegistryClient;
  as(person: Person): RegistryClient;
  /** Everything logged so far. */
  logged(): string;
  readonly given: {
    tenant(id?: string): Promise<string>;
    person(role: Role, tenant?: string): Promise<Person>;
    publisher(tenant?: string): Promise<Person>;
    admin(tenant?: string): Promise<Person>;
    service(): Promise<Person>;
    manifest: typeof manifest;
  };
}

let template: Promise<string> | undefined;

/** A database of one's own, with nothing in it or with what the other has. */
export const freshDatabase = async (copyOf?: TestDatabase): Promise<TestDatabase> => {
  const serverUrl = inject("testServerUrl");
  template ??= prepareTemplate(serverUrl, registryTrack);
  return await cloneDatabase(serverUrl, copyOf?.name ?? (await template), registryTrack.role);
};

/** Starts a registry on a fresh database and ends it with the test. */
export const registry = async (
  env: Record<string, string | undefined> = {},
  options: {
    readonly now?: () => Date;
    readonly resolve?: ResolveHost;
    readonly database?: TestDatabase;
    /** What the fresh database is a copy of; nobody may be connected to it. */
    readonly copyOf?: TestDatabase | undefined;
    /** Takes what ends the registry; default: the end of the test does. */
    readonly finished?: (end: () => Promise<void>) => void;
  } = {},
): Promise<TestRegistry> => {
  const database = options.database ?? (await freshDatabase(options.copyOf));
  let log = "";
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      log += chunk.toString();
      done();
    },
  });
  const deps = createDeps(
    readEnv({
      DATABASE_URL: database.url,
      BOOTSTRAP_TOKEN: operatorToken,
      WRITES_PER_MINUTE_MAX: "0",
      DATABASE_CONNECTIONS_MAX: "10",
      WEBHOOK_KEY: "webhook-key-for-tests-0123456789abcdef",
      WEBHOOK_ALLOW: "127.0.0.1",
      ...env,
    }),
    { ...options, log: createLogger("registry", "info", sink) },
  );
  const service = await buildApp(deps);
  const finished = options.finished ?? onTestFinished;
  finished(async () => {
    await service.fastify.close();
    await deps.close();
    if (!options.database) await database.drop();
  });

  const fetch = fetchInto(service.fastify);
  const clientOf = (token?: string) =>
    createClient(registryContract, { baseUrl: "http://registry.test", token, fetch });
  const operator = clientOf(operatorToken);
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
    deps,
    database,
    fetch,
    metrics: async () => (await fetch("http://registry.test/metrics")).text(),
    listen: () => service.fastify.listen({ host: "127.0.0.1", port: 0 }),
    close: async () => void (await service.fastify.close()),
    anonymous: clientOf(),
    operator,
    as: ({ token }) => clientOf(token),
    logged: () => log,
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
