import type { CompiledQuery, Kysely } from "kysely";
import pg from "pg";
import { isStale, prepareAnew, statementOf } from "./prepared.ts";
import type { Reads } from "./reads.ts";
import type { TenantScope } from "./tenant.ts";

/** What this file uses of pg's wire connection beyond its types (pg 8, lib/connection.js). */
interface WireConnection extends pg.Connection {
  readonly parsedStatements: Record<string, string | undefined>;
}

/** What this file uses of pg's query object, which has no public types (pg 8, lib/query.js). */
interface WireQuery {
  submit(connection: pg.Connection): void;
  callback: (error: Error | undefined, result: pg.QueryResult) => void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: pg.Connection): void;
}
const Query: new (config: { name: string; text: string; values: readonly unknown[] }) => WireQuery = Reflect.get(
  pg as object,
  "Query",
);

const settingsName = "tenant_scope";
const settingsText =
  "SELECT set_config('app.tenant_id', $1, true), set_config('app.subject', $2, true), set_config('app.role', $3, true)";

/**
 * One query under one tenant's settings in one round trip: Bind and Execute of the settings, Bind and Execute of the
 * query, one Sync. Everything before a Sync is one implicit transaction, so the settings end with it
 * (PostgreSQL manual, 54.2.4 "Pipelining"). Twice the throughput of BEGIN, set_config, query, COMMIT.
 */
class TenantQuery extends Query {
  readonly #settings: string[];
  #inSettings = true;

  constructor(scope: TenantScope, config: { name: string; text: string; values: readonly unknown[] }) {
    super(config);
    this.#settings = [scope.tenantId, scope.subject, scope.role];
  }

  override submit(connection: pg.Connection): void {
    const { parsedStatements } = connection as WireConnection;
    connection.stream.cork();
    try {
      if (parsedStatements[settingsName] === undefined) {
        connection.parse({ name: settingsName, text: settingsText, types: [] }, false);
        parsedStatements[settingsName] = settingsText;
      }
      connection.bind({ statement: settingsName, values: this.#settings }, false);
      connection.execute({}, false);
      super.submit(connection);
    } finally {
      connection.stream.uncork();
    }
  }

  override handleDataRow(message: unknown): void {
    if (!this.#inSettings) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: pg.Connection): void {
    if (this.#inSettings) this.#inSettings = false;
    else super.handleCommandComplete(message, connection);
  }
}

const run = <Row>(
  client: pg.PoolClient,
  scope: TenantScope,
  { sql: text, parameters: values }: CompiledQuery<Row>,
): Promise<Row[]> =>
  new Promise<Row[]>((resolve, reject) => {
    const query = new TenantQuery(scope, { ...statementOf(client, text), values });
    query.callback = (error, result) => (error ? reject(error) : resolve(result.rows as Row[]));
    client.query(query);
  });

/** Tries again if the tables have changed since the statement was prepared. */
const runFresh = async <Row>(client: pg.PoolClient, scope: TenantScope, query: CompiledQuery<Row>): Promise<Row[]> => {
  try {
    return await run(client, scope, query);
  } catch (error) {
    if (!isStale(error)) throw error;
    prepareAnew(client);
    return await run(client, scope, query);
  }
};

const readFrom = async <Row>(pool: pg.Pool, scope: TenantScope, query: CompiledQuery<Row>): Promise<Row[]> => {
  const client = await pool.connect();
  let failed = true;
  try {
    const rows = await runFresh(client, scope, query);
    failed = false;
    return rows;
  } finally {
    // After an error pg and the server may disagree about which statements are prepared: the connection is given up.
    client.release(failed);
  }
};

/** Reads under the caller's tenant in one round trip. `build` receives a query builder that runs nothing by itself. */
export const readInTenant = async <DB, Row>(
  db: Reads<DB>,
  scope: TenantScope,
  build: (query: Kysely<DB>) => { compile(): CompiledQuery<Row> },
): Promise<Row[]> => {
  const query = build(db.compiler).compile();
  return await db.ask(({ pool }) => readFrom(pool, scope, query));
};
