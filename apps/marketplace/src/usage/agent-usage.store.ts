import type { AgentUsageDay } from "@nofx/contract-marketplace";
import { type Database, readInTenant, type TenantScope, type TenantTransaction } from "@nofx/db-kit";
import { type Kysely, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";

interface AgentDayRow extends Omit<AgentUsageDay, "lastAt"> {
  readonly lastAt: Date;
}

const columns = sql.raw(`
  d.agent_tenant AS tenant, d.agent_id AS "agentId", d.version, d.day::text AS day, d.is_sample AS sample,
  d.succeeded::float8 AS succeeded, d.failed::float8 AS failed, d.cancelled::float8 AS cancelled,
  d.invalid::float8 AS invalid, d.duration_ms::float8 AS "durationMs", d.last_at AS "lastAt"`);

const key = sql.raw("agent_tenant, agent_id, version, day, is_sample");

const toDay = ({ lastAt, ...row }: AgentDayRow): AgentUsageDay => ({ ...row, lastAt: lastAt.toISOString() });

/**
 * Takes days that have changed since the feed told of them, and not within the pause: those that have waited longest
 * first, and none that a fold or another one is at. They count as told when the transaction commits.
 */
export const takeUntold = async (
  trx: TenantTransaction<DB>,
  { limit, pauseMs }: { readonly limit: number; readonly pauseMs: number },
): Promise<AgentUsageDay[]> => {
  const { rows } = await sql<AgentDayRow>`
    WITH untold AS MATERIALIZED (
      SELECT ${key} FROM agent_usage_days
      WHERE NOT told AND told_at <= now() - ${pauseMs} * interval '1 millisecond'
      ORDER BY told_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    UPDATE agent_usage_days d SET told = true, told_at = now()
    FROM untold u
    WHERE d.agent_tenant = u.agent_tenant AND d.agent_id = u.agent_id AND d.version = u.version AND d.day = u.day
      AND d.is_sample = u.is_sample
    RETURNING ${columns}`.execute(trx);
  return rows.map(toDay);
};

/** Deletes what a tenant has made up, and gives what it was. */
export const deleteAgentSamples = async (trx: TenantTransaction<DB>, tenant: string): Promise<AgentUsageDay[]> => {
  const { rows } = await sql<AgentDayRow>`
    DELETE FROM agent_usage_days d WHERE is_sample AND agent_tenant = ${tenant} RETURNING ${columns}`.execute(trx);
  return rows.map(toDay);
};

/** Names one row. */
export type AgentDayKey = Pick<AgentUsageDay, "tenant" | "agentId" | "version" | "day" | "sample">;

/** What versions of agents did on days, in the order of their names. */
export const listAgentDays = async (
  db: Database<DB>,
  scope: TenantScope,
  { after, limit }: { readonly after: AgentDayKey | undefined; readonly limit: number },
): Promise<AgentUsageDay[]> => {
  const behind = after
    ? sql`WHERE (${key}) > (${after.tenant}, ${after.agentId}, ${after.version}, ${after.day}::date, ${after.sample}::boolean)`
    : sql``;
  const rows = await readInTenant(db, scope, (query: Kysely<DB>) => ({
    compile: () =>
      sql<AgentDayRow>`SELECT ${columns} FROM agent_usage_days d ${behind} ORDER BY ${key} LIMIT ${limit}`.compile(
        query,
      ),
  }));
  return rows.map(toDay);
};
