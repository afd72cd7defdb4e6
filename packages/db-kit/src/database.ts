import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresDialect,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from "kysely";
import pg from "pg";
import { preparingPool } from "./prepared.ts";
import type { Connections, Reads } from "./reads.ts";
import { type Replica, readsWith, watchReplica } from "./replica.ts";

/** A service's database: its connections and its query builder. What is read from it as such is read from the primary. */
export interface Database<DB> extends Connections<DB>, Reads<DB> {
  /** For reads that may be a moment old: a replica that keeps up, if there is one, else the primary. */
  readonly reads: Reads<DB>;
  readonly replica: Replica | undefined;
  readonly url: string;
  /** Where to LISTEN: past a pooler that hands out connections for a transaction only. */
  readonly listenUrl: string;
  /** Called after every commit with the changes that the transaction recorded. */
  readonly committed: Set<(changes: readonly RecordedChange[]) => void>;
  close(): Promise<void>;
}

/** What a transaction recorded for the feed: enough to know whose views are out of date. */
export interface RecordedChange {
  readonly id: string;
  readonly type: string;
  readonly tenantId: string;
  readonly visibility: "private" | "public";
}

export interface DatabaseOptions {
  readonly url: string;
  /** Default: `url`. */
  readonly listenUrl?: string | undefined;
  /** A replica that follows by streaming. Default: none. */
  readonly readUrl?: string | undefined;
  readonly applicationName: string;
  readonly connectionsMax?: number;
  /** An idle connection broke. The pool replaces it; somebody should know. */
  readonly onIdleError: (error: Error) => void;
}

/** Nobody waits longer for a connection to a replica: there is another server to ask. */
const replicaConnectMs = 1_000;

const connect = <DB>(url: string, connectMs: number, options: DatabaseOptions): Connections<DB> => {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: options.applicationName,
    max: options.connectionsMax ?? 20,
    connectionTimeoutMillis: connectMs,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
  });
  pool.on("error", options.onIdleError);
  // A connection that breaks in use fails the statement at hand or the next one. Without a listener it ends the process.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return { pool, kysely: new Kysely<DB>({ dialect: new PostgresDialect({ pool: preparingPool(pool) }) }) };
};

/**
 * Opens a pool, and one of a replica. Connects lazily. `search_path` and the statement, lock and idle timeouts belong to
 * the role (`provisionRole`), so that they hold behind a connection pooler too.
 */
export const openDatabase = <DB>(options: DatabaseOptions): Database<DB> => {
  const server = connect<DB>(options.url, 5_000, options);
  const primary: Connections<DB> & Reads<DB> = {
    ...server,
    compiler: new Kysely<DB>({
      dialect: {
        createAdapter: () => new PostgresAdapter(),
        createDriver: () => new DummyDriver(),
        createIntrospector: (db) => new PostgresIntrospector(db),
        createQueryCompiler: () => new PostgresQueryCompiler(),
      },
    }),
    ask: (read) => read(server),
  };
  const copy = options.readUrl ? connect<DB>(options.readUrl, replicaConnectMs, options) : undefined;
  const replica = copy && watchReplica(copy.pool, server.pool);
  return {
    ...primary,
    reads: replica && copy ? readsWith(replica, copy, primary) : primary,
    replica,
    url: options.url,
    listenUrl: options.listenUrl ?? options.url,
    committed: new Set(),
    close: async () => void (await Promise.all([server.pool.end(), replica?.pool.end()])),
  };
};
