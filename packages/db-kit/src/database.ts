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

/** A service's database: its connections and its query builder. */
export interface Database<DB> {
  readonly kysely: Kysely<DB>;
  /** Builds queries and runs none: what `readInTenant` hands out. */
  readonly compiler: Kysely<DB>;
  readonly pool: pg.Pool;
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
  readonly applicationName: string;
  readonly connectionsMax?: number;
  /** An idle connection broke. The pool replaces it; somebody should know. */
  readonly onIdleError: (error: Error) => void;
}

/**
 * Opens a pool. Connects lazily. `search_path` and the statement, lock and idle timeouts belong to the role
 * (`provisionRole`), so that they hold behind a connection pooler too.
 */
export const openDatabase = <DB>(options: DatabaseOptions): Database<DB> => {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.connectionsMax ?? 20,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
  });
  pool.on("error", options.onIdleError);
  // A connection that breaks in use fails the statement at hand or the next one. Without a listener it ends the process.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return {
    pool,
    url: options.url,
    listenUrl: options.listenUrl ?? options.url,
    kysely: new Kysely<DB>({ dialect: new PostgresDialect({ pool: preparingPool(pool) }) }),
    compiler: new Kysely<DB>({
      dialect: {
        createAdapter: () => new PostgresAdapter(),
        createDriver: () => new DummyDriver(),
        createIntrospector: (db) => new PostgresIntrospector(db),
        createQueryCompiler: () => new PostgresQueryCompiler(),
      },
    }),
    committed: new Set(),
    close: () => pool.end(),
  };
};

/** Refuses a role that row-level security does not bind: superuser, BYPASSRLS, or owner of a table in its schema. */
export const assertLeastPrivilege = async ({ pool }: Pick<Database<unknown>, "pool">): Promise<void> => {
  const { rows } = await pool.query<{ role: string; reason: string | null }>(`
    SELECT current_user AS role, CASE
      WHEN rolsuper THEN 'is a superuser'
      WHEN rolbypassrls THEN 'may bypass row-level security'
      WHEN EXISTS (
        SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = current_schema() AND c.relowner = r.oid)
        THEN 'owns tables of its schema'
    END AS reason
    FROM pg_roles r WHERE rolname = current_user`);
  const reason = rows[0]?.reason;
  if (reason) {
    throw new Error(
      `The database role "${rows[0]?.role}" ${reason}; the service needs a role that only uses its schema.`,
    );
  }
};
