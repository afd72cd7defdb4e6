import { createServer, type Server } from "node:net";
import { openDatabase } from "@nofx/db-kit";
import type { TestDatabase } from "@nofx/testkit";
import { onTestFinished } from "vitest";

/** What may come between search and another service. */
export interface Line {
  /** Comes between. */
  readonly through: (service: typeof fetch) => typeof fetch;
  /** From now on until the test ends, somebody else is there. */
  replaceBy(other: typeof fetch): void;
}

/** A line to a service that can be laid elsewhere. */
export const line = (): Line => {
  let other: typeof fetch | undefined;
  return {
    through: (service) => (input, init) => (other ?? service)(input, init),
    replaceBy: (next) => {
      other = next;
      onTestFinished(() => {
        other = undefined;
      });
    },
  };
};

/** Goes to an address in the place of whatever was asked for. */
export const elsewhere =
  (address: string): typeof fetch =>
  (input, init) => {
    const { pathname, search } = new URL(input instanceof Request ? input.url : input);
    return fetch(address + pathname + search, init);
  };

/** A server that takes connections and says what it says; gives its address. */
export const tcpServer = async (answer: string | undefined): Promise<string> => {
  const server: Server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", () => {
      if (answer !== undefined) socket.write(answer);
    });
    onTestFinished(() => void socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  return `http://127.0.0.1:${port}`;
};

/** An address where nobody is. */
export const nobody = async (): Promise<string> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
};

/** Ends all connections of a database, and lets nobody in again. */
export const shutDatabase = async ({ name }: TestDatabase, neighbour: TestDatabase): Promise<void> => {
  await neighbour.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await neighbour.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", [name]);
};

/** Makes whoever reads the tables wait. */
export const holdTables = async ({ adminUrl }: TestDatabase, ...tables: readonly string[]): Promise<void> => {
  const { pool, close } = openDatabase({ url: adminUrl, applicationName: "test", onIdleError: () => undefined });
  const client = await pool.connect();
  onTestFinished(async () => {
    client.release(true);
    await close();
  });
  await client.query("BEGIN");
  await client.query(`LOCK TABLE ${tables.join(", ")} IN ACCESS EXCLUSIVE MODE`);
};
