import { createHash } from "node:crypto";
import type { PostgresPool, PostgresPoolClient } from "kysely";
import pg from "pg";

const hashes = new Map<string, string>();
const hashOf = (text: string): string => {
  let hash = hashes.get(text);
  if (hash === undefined) {
    hash = createHash("sha256").update(text).digest("hex").slice(0, 20);
    hashes.set(text, hash);
  }
  return hash;
};

/** How often a connection has begun to prepare its statements anew. */
const generations = new WeakMap<object, number>();
const generationOf = (client: object): number => generations.get(client) ?? 0;

/** Under what name a connection prepares a statement, once. */
export const statementName = (client: object, text: string): string => `q${generationOf(client)}_${hashOf(text)}`;

/** The tables have changed since the statement was prepared, as they do when a newer version migrates. Nothing was done. */
export const isStale = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code === "0A000" && error.message.includes("cached plan");

/** Makes a connection prepare its statements again. */
export const prepareAnew = (client: object): void => {
  generations.set(client, generationOf(client) + 1);
};

const preparing = (client: pg.PoolClient): PostgresPoolClient => ({
  query: (async (text: string, values: readonly unknown[]): Promise<pg.QueryResult> => {
    if (values.length === 0) return await client.query(text);
    try {
      return await client.query({ name: statementName(client, text), text, values: [...values] });
    } catch (error) {
      if (isStale(error)) prepareAnew(client);
      throw error;
    }
    // Kysely's type has a second form, for cursors; nobody here uses it.
  }) as unknown as PostgresPoolClient["query"],
  release: (destroy) => client.release(destroy),
});

/**
 * A pool as Kysely wants it, whose connections prepare each statement with parameters once, where Kysely would have it
 * parsed and planned each time. Texts come from the code, so there is an end to them.
 */
export const preparingPool = (pool: pg.Pool): PostgresPool => {
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    end: () => pool.end(),
    connect: async () => {
      const client = await pool.connect();
      const known = clients.get(client) ?? preparing(client);
      clients.set(client, known);
      return known;
    },
  };
};
