import type { AgentSummary } from "@nofx/contract-registry";
import type { TenantTransaction } from "@nofx/db-kit";
import { sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import { usageDays } from "./agent-record.rules.ts";

/** An agent whose figures have changed. */
export type Changed = Pick<AgentSummary, "tenant" | "agentId" | "visibility" | "status" | "currentVersion">;

/** Has the feed tell of those that a day with runs has left since they were looked at last. @returns how many were */
export const noteLeftDays = async (trx: TenantTransaction<DB>, now: Date, limit: number): Promise<number> => {
  const today = sql`${now.toISOString().slice(0, 10)}::date`;
  const { numAffectedRows = 0n } = await sql`
    WITH stale AS MATERIALIZED (
      SELECT tenant_id, agent_id FROM agent_figures WHERE as_of_day < ${today}
      ORDER BY as_of_day LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    UPDATE agent_figures f SET as_of_day = ${today}, told = f.told AND NOT EXISTS (
      SELECT FROM agent_usage_days u WHERE u.tenant_id = f.tenant_id AND u.agent_id = f.agent_id
        AND u.day > f.as_of_day - ${usageDays}::int AND u.day <= ${today} - ${usageDays}::int)
    FROM stale s WHERE f.tenant_id = s.tenant_id AND f.agent_id = s.agent_id`.execute(trx);
  return Number(numAffectedRows);
};

/**
 * Takes agents whose figures have changed since the feed told of them, and not within the pause: those that have waited
 * longest first, and none that another one is at. They count as told when the transaction commits. Figures may come before
 * their agent does, which is told of when it comes.
 */
export const takeChanged = async (
  trx: TenantTransaction<DB>,
  { limit, pauseMs }: { readonly limit: number; readonly pauseMs: number },
): Promise<Changed[]> => {
  const { rows } = await sql<Changed>`
    WITH due AS MATERIALIZED (
      SELECT f.tenant_id, f.agent_id FROM agent_figures f
      WHERE NOT f.told AND f.told_at <= now() - ${pauseMs} * interval '1 millisecond'
      ORDER BY f.told_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
    ), taken AS (
      UPDATE agent_figures f SET told = true, told_at = now() FROM due d
      WHERE f.tenant_id = d.tenant_id AND f.agent_id = d.agent_id
      RETURNING f.tenant_id, f.agent_id
    )
    SELECT a.tenant_id AS tenant, a.agent_id AS "agentId", a.visibility, a.status, a.current_version AS "currentVersion"
    FROM taken JOIN agent_registry a ON a.tenant_id = taken.tenant_id AND a.agent_id = taken.agent_id
    ORDER BY a.tenant_id, a.agent_id`.execute(trx);
  return rows;
};
