import type { AgentVersionSummary } from "@nofx/contract-registry";
import type { TenantTransaction } from "@nofx/db-kit";
import type { StatusChange } from "@nofx/versioning";
import { sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import type { AgentDependency } from "./agent.rules.ts";
import { toVersion, versionColumns } from "./agent.store.ts";

export const statusColumns = (change: StatusChange<string, unknown>) => ({
  status: change.status,
  status_reason: change.reason ?? null,
  deprecated_at: change.deprecatedAt ?? null,
});

export const updateVersionStatus = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  agentId: string,
  version: string,
  change: StatusChange<AgentVersionSummary["status"], string>,
): Promise<AgentVersionSummary> => {
  const row = await trx
    .updateTable("agent_versions")
    .set({ ...statusColumns(change), successor: change.successor ?? null })
    .where("tenant_id", "=", tenant)
    .where("agent_id", "=", agentId)
    .where("version", "=", version)
    .returning(versionColumns)
    .executeTakeFirstOrThrow();
  return toVersion(row);
};

/** A statement that also makes an agent's dependencies those given. `agent` and `own-tenant/agent` are the same. */
export const withDependencies = (
  trx: TenantTransaction<DB>,
  tenant: string,
  agentId: string,
  dependencies: readonly AgentDependency[],
) => {
  const [tenants, agents, ranges] = [
    dependencies.map((on) => on.tenant ?? tenant),
    dependencies.map((on) => on.agentId),
    dependencies.map((on) => on.range),
  ];
  return trx
    .with(
      "wanted",
      () =>
        sql<object>`(
        SELECT DISTINCT on_tenant, on_agent, range
        FROM unnest(${tenants}::text[], ${agents}::text[], ${ranges}::text[]) AS w (on_tenant, on_agent, range))`,
    )
    .with(
      "gone",
      () =>
        sql<object>`(
        DELETE FROM agent_dependencies d WHERE d.tenant_id = ${tenant} AND d.agent_id = ${agentId} AND NOT EXISTS (
          SELECT FROM wanted w WHERE w.on_tenant = d.on_tenant AND w.on_agent = d.on_agent AND w.range = d.range))`,
    )
    .with(
      "added",
      () =>
        sql<object>`(
        INSERT INTO agent_dependencies (tenant_id, agent_id, on_tenant, on_agent, range)
        SELECT ${tenant}, ${agentId}, on_tenant, on_agent, range FROM wanted
        ON CONFLICT DO NOTHING)`,
    );
};
