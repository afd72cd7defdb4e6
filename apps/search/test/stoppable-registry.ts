import { type Client, createClient } from "@nofx/client";
import { registryContract } from "@nofx/contract-registry";
import { readEnv, registryTrack, startRegistry } from "@nofx/registry";
import type { TestDatabase } from "@nofx/testkit";
import { freshDatabase } from "@nofx/testkit/service";
import { onTestFinished } from "vitest";
import { elsewhere, nobody } from "./failures.ts";
import { operatorToken } from "./world.ts";

/** A registry behind a socket, which a test can stop, and start again at the same address. */
export interface StoppableRegistry {
  readonly fetch: typeof fetch;
  client(token?: string): Client<typeof registryContract>;
  /** Lets requests finish; nobody is connected to its database any more, and nobody listens at its address. */
  stop(): Promise<void>;
  /** Starts it on a database, or on the one it had. */
  start(database?: TestDatabase): Promise<void>;
  /** A copy of its database as it is now, which must be that of a registry that was stopped. */
  backup(): Promise<TestDatabase>;
}

/** Starts one on a database of its own. */
export const stoppableRegistry = async (): Promise<StoppableRegistry> => {
  const address = await nobody();
  const databases = [await freshDatabase(registryTrack)];
  let current = databases[0] as TestDatabase;
  const run = () =>
    startRegistry(
      readEnv({
        DATABASE_URL: current.url,
        PORT: new URL(address).port,
        BOOTSTRAP_TOKEN: operatorToken,
        WRITES_PER_MINUTE_MAX: "0",
        LOG_LEVEL: "silent",
      }),
    );
  let running: Awaited<ReturnType<typeof run>> | undefined = await run();
  const stop = async (): Promise<void> => {
    await running?.stop();
    running = undefined;
  };
  onTestFinished(async () => {
    await stop();
    for (const database of databases) await database.drop();
  });
  return {
    fetch: elsewhere(address),
    client: (token) => createClient(registryContract, { baseUrl: address, token, retries: 0 }),
    stop,
    start: async (database = current) => {
      current = database;
      running = await run();
    },
    backup: async () => {
      const copy = await freshDatabase(registryTrack, current);
      databases.push(copy);
      return copy;
    },
  };
};
