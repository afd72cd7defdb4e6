import type { Contract } from "@nofx/contract-kit";
import { pendingMigrations } from "@nofx/db-kit";
import { type Check, createService, type Service } from "@nofx/service-kit";
import type { TrackDeps } from "./track-deps.ts";

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
  const database = async (): Promise<void> => void (await pool.query("SELECT 1"));
  const migrations = async (): Promise<void> => {
    const pending = await pendingMigrations(pool, deps.track);
    if (pending.length > 0) throw new Error(`Migrations to apply: ${pending.join(", ")}`);
  };
  const service = await createService({
    contract,
    log: deps.log,
    authenticate: deps.authenticate,
    checks: { database, migrations, ...checks },
    overloaded: () => pool.waitingCount > env.DATABASE_CONNECTIONS_MAX * 10,
    writesPerMinuteMax: env.WRITES_PER_MINUTE_MAX,
    trustedProxies: env.TRUSTED_PROXIES,
  });
  service.metrics.gauge("nofx_pool_connections", "Database connections open", () => pool.totalCount);
  service.metrics.gauge(
    "nofx_pool_connections_max",
    "Database connections that may be open",
    () => env.DATABASE_CONNECTIONS_MAX,
  );
  service.metrics.gauge("nofx_pool_waiting", "Requests that wait for a database connection", () => pool.waitingCount);
  return service;
};
