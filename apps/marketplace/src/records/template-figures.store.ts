import type { TemplateSummary } from "@nofx/contract-marketplace";
import type { TenantTransaction } from "@nofx/db-kit";
import { sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";

/** A template whose figures have changed. */
export type Changed = Pick<
  TemplateSummary,
  "tenant" | "templateId" | "kind" | "visibility" | "status" | "currentVersion"
>;

/**
 * Takes templates whose figures have changed since the feed told of them, and not within the pause: those that have waited
 * longest first, and none that another one is at. They count as told when the transaction commits.
 */
export const takeChanged = async (
  trx: TenantTransaction<DB>,
  { limit, pauseMs }: { readonly limit: number; readonly pauseMs: number },
): Promise<Changed[]> => {
  const { rows } = await sql<Changed>`
    WITH due AS MATERIALIZED (
      SELECT tenant_id, template_id FROM template_figures
      WHERE NOT told AND told_at <= now() - ${pauseMs} * interval '1 millisecond'
      ORDER BY told_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
    ), taken AS (
      UPDATE template_figures f SET told = true, told_at = now() FROM due d
      WHERE f.tenant_id = d.tenant_id AND f.template_id = d.template_id
      RETURNING f.tenant_id, f.template_id
    )
    SELECT t.tenant_id AS tenant, t.template_id AS "templateId", t.kind, t.visibility, t.status,
           t.current_version AS "currentVersion"
    FROM taken JOIN templates t ON t.tenant_id = taken.tenant_id AND t.template_id = taken.template_id
    ORDER BY t.tenant_id, t.template_id`.execute(trx);
  return rows;
};
