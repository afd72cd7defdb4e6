import { type Database, readInTenant, type TenantScope } from "@nofx/db-kit";
import { type Kysely, sql } from "kysely";
import type { AgentAddress } from "../agents/address.ts";
import type { DB } from "../db/schema.gen.ts";
import type { UsedDay } from "./agent-usage.rules.ts";

/** How far the marketplace has been read, and whether that was within the last minute. */
export interface UsageSource {
  readonly readAt: Date | null;
  readonly isFresh: boolean;
}

export const findSource = async (db: Database<DB>, scope: TenantScope): Promise<UsageSource> => {
  const [source] = await readInTenant(db, scope, (query: Kysely<DB>) => ({
    compile: () =>
      sql<UsageSource>`
        SELECT read_at AS "readAt", coalesce(read_at > now() - interval '1 minute', false) AS "isFresh"
        FROM usage_source`.compile(query),
  }));
  return source ?? { readAt: null, isFresh: false };
};

/** What an agent's versions did on the days from `from` to before `to`, as far as the caller may read the versions. */
export const listUsedDays = (
  db: Database<DB>,
  scope: TenantScope,
  { tenant, agentId }: AgentAddress,
  { from, to, version }: { readonly from: Date; readonly to: Date; readonly version: string | undefined },
): Promise<UsedDay[]> =>
  readInTenant(db, scope, (query: Kysely<DB>) => ({
    compile: () =>
      sql<UsedDay>`
        SELECT version, extract(epoch FROM day)::float8 * 1000 AS at, bool_or(is_sample) AS "isSample",
               sum(succeeded)::float8 AS succeeded, sum(failed)::float8 AS failed, sum(cancelled)::float8 AS cancelled,
               sum(invalid)::float8 AS invalid, sum(duration_ms)::float8 AS "durationMs",
               extract(epoch FROM max(last_at))::float8 * 1000 AS "lastAt"
        FROM agent_usage_days
        WHERE tenant_id = ${tenant} AND agent_id = ${agentId} AND day >= (${from}::timestamptz AT TIME ZONE 'UTC')::date
          AND day < (${to}::timestamptz AT TIME ZONE 'UTC')::date
          ${version === undefined ? sql`` : sql`AND version = ${version}`}
        GROUP BY version, day`.compile(query),
  }));
