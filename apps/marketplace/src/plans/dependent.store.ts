import type { AgentDependent } from "@nofx/contract-marketplace";
import { type Database, readInTenant, type TenantScope } from "@nofx/db-kit";
import { type Kysely, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import type { DependentPosition } from "./dependent.rules.ts";

/** Whose dependents, and which of them. */
export interface DependentsPage {
  readonly tenant: string;
  readonly agentId: string;
  readonly version: string | undefined;
  readonly after: DependentPosition | undefined;
  readonly limit: number;
}

/**
 * Policies leave the locks that the caller may read; what is disabled is there for its own tenant only. Templates are
 * looked up one by one, in the order of the entries' index: from the templates' side, all of them would be looked through.
 */
export const dependentsQuery = (query: Kysely<DB>, ownTenant: string, page: DependentsPage) => {
  const { tenant, agentId, version, after, limit } = page;
  let rows = query
    .selectFrom("template_lock_entries as e")
    .innerJoinLateral(
      (eb) =>
        eb
          .selectFrom("templates")
          .select("status")
          .whereRef("templates.tenant_id", "=", "e.tenant_id")
          .whereRef("templates.template_id", "=", "e.template_id")
          .offset(0)
          .as("t"),
      (join) => join.onTrue(),
    )
    .select(["e.tenant_id", "e.template_id", "e.version", "e.environment", "e.on_version"])
    .where("e.kind", "=", "agent")
    .where("e.on_tenant", "=", tenant)
    .where("e.on_id", "=", agentId)
    .where((eb) => eb.or([eb("t.status", "<>", "disabled"), eb("e.tenant_id", "=", ownTenant)]))
    .orderBy("e.tenant_id")
    .orderBy("e.template_id")
    .orderBy("e.version")
    .orderBy("e.environment")
    .limit(limit);
  if (version !== undefined) rows = rows.where("e.on_version", "=", version);
  if (!after) return rows;
  return rows.where(
    sql<boolean>`(e.tenant_id, e.template_id, e.version, e.environment) > (${after.tenant}, ${after.templateId}, ${after.version}, ${after.environment})`,
  );
};

export const listDependentRows = async (
  db: Database<DB>,
  scope: TenantScope,
  page: DependentsPage,
): Promise<AgentDependent[]> => {
  const rows = await readInTenant(db, scope, (query) => dependentsQuery(query, scope.tenantId, page));
  return rows.map((row) => ({
    tenant: row.tenant_id,
    templateId: row.template_id,
    version: row.version,
    ...(row.environment !== "" && { environment: row.environment }),
    locked: row.on_version,
  }));
};
