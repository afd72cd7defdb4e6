import type { AgentUsageDay, RemovedSamples } from "@nofx/contract-marketplace";
import type { TenantTransaction } from "@nofx/db-kit";
import { sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { deleteAgentSamples } from "./agent-usage.store.ts";

/** Deletes the reports, also those that wait for the fold, and frees the names of their runs; gives how many. */
const deleteReports = async (trx: TenantTransaction<DB>, tenant: string): Promise<number> => {
  const { rows } = await sql<{ reports: number }>`
    WITH gone AS (
      DELETE FROM template_events WHERE is_sample AND tenant_id = ${tenant} RETURNING run_id
    ), freed AS (
      -- As an array, which is looked up in the primary key however few rows the planner takes the table to have.
      DELETE FROM template_runs WHERE tenant_id = ${tenant} AND run_id = ANY (ARRAY(SELECT run_id FROM gone))
    )
    SELECT count(*)::int AS reports FROM gone`.execute(trx);
  return rows[0]?.reports ?? 0;
};

const rollups = ["template_rollups", "template_latencies", "template_failures", "template_subjects"] as const;

/** What has been removed, the templates that are to be compared anew, and the days of agents that are gone. */
export interface DeletedSamples {
  readonly removed: RemovedSamples;
  readonly templates: readonly TemplateAddress[];
  readonly agentDays: readonly AgentUsageDay[];
}

/** Deletes what a tenant has made up, and what it added to. No fold may be at work. */
export const deleteSamples = async (trx: TenantTransaction<DB>, tenant: string): Promise<DeletedSamples> => {
  const reports = await deleteReports(trx, tenant);
  for (const table of rollups) {
    await sql`DELETE FROM ${sql.table(table)} WHERE is_sample AND template_tenant = ${tenant}`.execute(trx);
  }
  const { rows } = await sql<{ templates: string[] }>`
    WITH days AS (
      DELETE FROM template_days WHERE is_sample AND template_tenant = ${tenant} RETURNING template_id
    )
    SELECT coalesce(array_agg(DISTINCT template_id), '{}') AS templates FROM days`.execute(trx);
  const { templates = [] } = rows[0] ?? {};
  const agentDays = await deleteAgentSamples(trx, tenant);
  const agents = new Set(agentDays.map(({ agentId }) => agentId)).size;
  const addresses = templates.map((templateId) => ({ tenant, templateId }));
  return { removed: { reports, templates: templates.length, agents }, templates: addresses, agentDays };
};
