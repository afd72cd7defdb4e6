import { createHash, randomUUID } from "node:crypto";
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

/** Sets statements that are prepared anew apart from those before. */
interface Generation {
  readonly name: string;
  readonly since: number;
}

const firstGeneration: Generation = { name: "", since: 0 };
let latest = firstGeneration;
const generations = new WeakMap<object, Generation>();
const generationOf = (client: object): Generation => generations.get(client) ?? firstGeneration;

/** Connections that fail one after the other, of the same change of tables, need no generation each. */
const sharedMs = 5_000;

/** What a connection prepares once, and under what name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/**
 * A statement as this connection prepares it. A later generation has texts of its own, too: a pooler knows statements by
 * their texts, and would go on with what it prepared before the tables changed.
 */
export const statementOf = (client: object, text: string): Statement => {
  const { name } = generationOf(client);
  return { name: `q${name || "0"}_${hashOf(text)}`, text: name === "" ? text : `${text} /* ${name} */` };
};

/** The tables have changed since the statement was prepared, as they do when a newer version migrates. Nothing was done. */
export const isStale = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code === "0A000" && error.message.includes("cached plan");

/** Makes a connection prepare its statements again. */
export const prepareAnew = (client: object): void => {
  const now = Date.now();
  if (generationOf(client) === latest || now - latest.since > sharedMs)
    latest = { name: randomUUID().slice(0, 8), since: now };
  generations.set(client, latest);
};

const preparing = (client: pg.PoolClient): PostgresPoolClient => ({
  query: (async (text: string, values: readonly unknown[]): Promise<pg.QueryResult> => {
    if (values.length === 0) return await client.query(text);
    try {
      return await client.query({ ...statementOf(client, text), values: [...values] });
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
