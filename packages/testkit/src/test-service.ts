import { Writable } from "node:stream";
import { type Client, createClient } from "@nofx/client";
import type { Contract } from "@nofx/contract-kit";
import type { Database } from "@nofx/db-kit";
import { createLogger, type Service } from "@nofx/service-kit";
import { inject, onTestFinished } from "vitest";
import type {} from "./global-setup.ts";
import { fetchInto } from "./in-process.ts";
import { cloneDatabase, prepareTemplate, type TestDatabase, type TestTrack } from "./server.ts";
import { startGently } from "./start-gently.ts";

const templates = new Map<TestTrack, Promise<string>>();

/** A database of one's own, with nothing but the track's tables in it, or with what the other has. */
export const freshDatabase = async (track: TestTrack, copyOf?: TestDatabase): Promise<TestDatabase> => {
  const serverUrl = inject("testServerUrl");
  const template = templates.get(track) ?? prepareTemplate(serverUrl, track);
  templates.set(track, template);
  return await cloneDatabase(serverUrl, copyOf?.name ?? (await template), track.role, inject("testRun"));
};

/** A log that is kept, and everything logged so far. */
export const keptLog = (name: string): { log: ReturnType<typeof createLogger>; logged: () => string } => {
  let text = "";
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString();
      done();
    },
  });
  return { log: createLogger(name, "info", sink), logged: () => text };
};

/** What a service is made of. */
export interface TestServiceParts<C extends Contract, Deps> {
  readonly contract: C;
  readonly track: TestTrack;
  readonly createDeps: (databaseUrl: string, log: ReturnType<typeof createLogger>) => Deps;
  readonly buildApp: (deps: Deps) => Promise<Service>;
}

export interface TestServiceOptions {
  /** Default: a fresh one, dropped in the end. */
  readonly database?: TestDatabase | undefined;
  /** What the fresh database is a copy of; nobody may be connected to it. */
  readonly copyOf?: TestDatabase | undefined;
  /** Takes what ends the service; default: the end of the test does. */
  readonly finished?: ((end: () => Promise<void>) => void) | undefined;
}

/** A service of a test's own: real database, real contract, no socket. */
export interface TestService<C extends Contract, Deps> {
  readonly deps: Deps;
  readonly database: TestDatabase;
  /** Goes straight into the service. */
  readonly fetch: typeof fetch;
  /** A client with a token, or of nobody in particular; it tries once. */
  client(token?: string, transport?: typeof fetch): Client<C>;
  /** Text of `/metrics`. */
  metrics(): Promise<string>;
  /** Opens a socket, for what cannot go without; gives its address. */
  listen(): Promise<string>;
  /** Stops accepting, and waits for what is open. */
  close(): Promise<void>;
  /** Everything logged so far. */
  logged(): string;
}

interface Running {
  readonly db: Pick<Database<unknown>, "pool">;
  close(): Promise<void>;
}

/** Starts a service on a database of a test's own, and ends it with the test. */
export const testService = async <const C extends Contract, Deps extends Running>(
  { contract, track, createDeps, buildApp }: TestServiceParts<C, Deps>,
  { database: given, copyOf, finished = onTestFinished }: TestServiceOptions = {},
): Promise<TestService<C, Deps>> => {
  const database = given ?? (await freshDatabase(track, copyOf));
  const { log, logged } = keptLog(contract.name);
  const deps = createDeps(database.url, log);
  const { fastify } = await startGently(deps.db.pool, () => buildApp(deps));
  finished(async () => {
    await fastify.close();
    await deps.close();
    if (!given) database.dropSoon();
  });
  const fetch = fetchInto(fastify);
  const baseUrl = `http://${contract.name}.test`;
  return {
    deps,
    database,
    fetch,
    client: (token, transport = fetch) => createClient(contract, { baseUrl, token, fetch: transport, retries: 0 }),
    metrics: async () => (await fetch(`${baseUrl}/metrics`)).text(),
    listen: () => fastify.listen({ host: "127.0.0.1", port: 0 }),
    close: async () => void (await fastify.close()),
    logged,
  };
};
