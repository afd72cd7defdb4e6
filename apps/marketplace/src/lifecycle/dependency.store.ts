import type { TemplateDependent } from "@nofx/contract-marketplace";
import type { TenantTransaction } from "@nofx/db-kit";
import type { TemplateDependency } from "@nofx/template";
import { sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import type { TemplateAddress } from "../templates/address.ts";

/** Makes a template's dependencies those given, in one statement. `a` and `own-tenant/a` are the same. */
export const saveDependencies = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
  dependencies: readonly TemplateDependency[],
): Promise<void> => {
  const [kinds, tenants, ids, ranges] = [
    dependencies.map(({ kind }) => kind),
    dependencies.map((on) => on.tenant ?? tenant),
    dependencies.map(({ id }) => id),
    dependencies.map(({ range }) => range),
  ];
  await sql`
    WITH wanted AS (
      SELECT DISTINCT on_kind, on_tenant, on_id, range
      FROM unnest(${kinds}::text[], ${tenants}::text[], ${ids}::text[], ${ranges}::text[])
        AS w (on_kind, on_tenant, on_id, range)
    ), gone AS (
      DELETE FROM template_dependencies d
      WHERE d.tenant_id = ${tenant} AND d.template_id = ${templateId} AND NOT EXISTS (
        SELECT FROM wanted w WHERE (w.on_kind, w.on_tenant, w.on_id, w.range) = (d.on_kind, d.on_tenant, d.on_id, d.range))
    )
    INSERT INTO template_dependencies (tenant_id, template_id, on_kind, on_tenant, on_id, range)
    SELECT ${tenant}, ${templateId}, on_kind, on_tenant, on_id, range FROM wanted
    ON CONFLICT DO NOTHING`.execute(trx);
};

/** Templates that the caller may see and whose current version depends on this one. */
export const listDependents = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
  limit: number,
): Promise<Omit<TemplateDependent, "satisfied">[]> => {
  const rows = await trx
    .selectFrom("template_dependencies as d")
    .innerJoin("templates as t", (join) =>
      join.onRef("t.tenant_id", "=", "d.tenant_id").onRef("t.template_id", "=", "d.template_id"),
    )
    .select(["d.tenant_id", "d.template_id", "d.range", "t.current_version", "t.status"])
    .where("d.on_kind", "=", "template")
    .where("d.on_tenant", "=", tenant)
    .where("d.on_id", "=", templateId)
    .orderBy("d.tenant_id")
    .orderBy("d.template_id")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    tenant: row.tenant_id,
    templateId: row.template_id,
    version: row.current_version,
    status: row.status as TemplateDependent["status"],
    range: row.range,
  }));
};
