import type { AgentVersionSummary, Dependent } from "@nofx/contract-registry";
import type { TenantTransaction } from "@nofx/db-kit";
import { precedenceKey } from "@nofx/versioning";
import type { DB } from "../db/schema.gen.ts";

/** An agent's released versions above one of them, highest first. */
export const listVersionsAbove = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  agentId: string,
  version: string,
  limit: number,
): Promise<Pick<AgentVersionSummary, "version" | "status">[]> => {
  const rows = await trx
    .selectFrom("agent_versions")
    .select(["version", "status"])
    .where("tenant_id", "=", tenant)
    .where("agent_id", "=", agentId)
    .where("precedence", ">", precedenceKey(version))
    .where("status", "<>", "draft")
    .orderBy("precedence", "desc")
    .limit(limit)
    .execute();
  return rows.map((row) => ({ version: row.version, status: row.status as AgentVersionSummary["status"] }));
};

/** Agents that the caller may see and whose current version depends on this one. */
export const listDependents = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  agentId: string,
  limit: number,
): Promise<Omit<Dependent, "satisfied">[]> => {
  const rows = await trx
    .selectFrom("agent_dependencies as d")
    .innerJoin("agent_registry as a", (join) =>
      join.onRef("a.tenant_id", "=", "d.tenant_id").onRef("a.agent_id", "=", "d.agent_id"),
    )
    .select(["d.tenant_id", "d.agent_id", "d.range", "a.current_version", "a.status"])
    .where("d.on_tenant", "=", tenant)
    .where("d.on_agent", "=", agentId)
    .orderBy("d.tenant_id")
    .orderBy("d.agent_id")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    tenant: row.tenant_id,
    agentId: row.agent_id,
    version: row.current_version,
    status: row.status as Dependent["status"],
    range: row.range,
  }));
};
