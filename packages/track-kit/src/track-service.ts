import type { Contract } from "@nofx/contract-kit";
import { type Database, schemaState } from "@nofx/db-kit";
import { type Check, CheckFailed, createService, type Service, startTracing, type Tracing } from "@nofx/service-kit";
import type { TrackDeps } from "./track-deps.ts";

const poolsOf = <DB>({ pool, replica }: Pick<Database<DB>, "pool" | "replica">) => [
  pool,
  ...(replica ? [replica.pool] : []),
];

/** Traces of requests, of calls and of what is asked of the database; none where nobody takes them. */
const tracingOf = async <DB>(
  { name, version }: Contract,
  { env, db, log }: Pick<TrackDeps<DB>, "env" | "db" | "log">,
): Promise<Tracing | undefined> => {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: ratio } = env;
  if (endpoint === undefined) return undefined;
  const onError = (err: Error): void => log.warn({ err }, "traces");
  const tracing = await startTracing({ endpoint, service: name, version, ratio, onError });
  for (const pool of poolsOf(db)) tracing.ofDatabase(pool);
  return tracing;
};

/**
 * A service before its operations are mounted: ready when its database answers and is migrated, and whatever else is
 * checked works; turns work away while requests queue for connections; tells of its connections among the metrics.
 */
export const createTrackService = async <DB>(
  contract: Contract,
  deps: Pick<TrackDeps<DB>, "track" | "env" | "db" | "log" | "authenticate">,
  checks: Readonly<Record<string, Check>> = {},
): Promise<Service> => {
  const { env } = deps;
  const { pool } = deps.db;
  const pools = poolsOf(deps.db);
  const connectionsMax = env.DATABASE_CONNECTIONS_MAX;
  const database = async () => {
    const startedAt = performance.now();
    await pool.query("SELECT 1");
    return { latencyMs: (performance.now() - startedAt).toFixed(1) };
  };
  const migrations = async () => {
    const { version, pending } = await schemaState(pool, deps.track);
    const details = { ...(version !== undefined && { version }), pending: String(pending.length) };
    if (pending.length > 0) throw new CheckFailed(`Migrations to apply: ${pending.join(", ")}`, details);
    return details;
  };
  const service = await createService({
    contract,
    log: deps.log,
    authenticate: deps.authenticate,
    checks: { database, migrations, ...checks },
    overloaded: () => pools.some(({ waitingCount }) => waitingCount > connectionsMax * 10),
    writesPerMinuteMax: env.WRITES_PER_MINUTE_MAX,
    trustedProxies: env.TRUSTED_PROXIES,
    tracing: await tracingOf(contract, deps),
  });
  const sum = (count: (pool: (typeof pools)[number]) => number) => () => pools.map(count).reduce((a, b) => a + b);
  service.metrics.gauge(
    "nofx_pool_connections",
    "Database connections open",
    sum(({ totalCount }) => totalCount),
  );
  service.metrics.gauge(
    "nofx_pool_connections_max",
    "Database connections that may be open",
    sum(() => connectionsMax),
  );
  service.metrics.gauge(
    "nofx_pool_waiting",
    "Requests that wait for a database connection",
    sum(({ waitingCount }) => waitingCount),
  );
  return service;
};
