import type { Tenant } from "@nofx/contract-registry";
import { type Database, readInTenant, type TenantScope, type TenantTransaction } from "@nofx/db-kit";
import type { Selectable } from "kysely";
import type { DB, Tenants } from "../db/schema.gen.ts";

const toTenant = (row: Selectable<Tenants>): Tenant => ({
  id: row.tenant_id,
  name: row.name,
  createdAt: row.created_at.toISOString(),
});

export const findTenant = async (db: Database<DB>, scope: TenantScope, id: string): Promise<Tenant | undefined> => {
  const [row] = await readInTenant(db, scope, (query) =>
    query.selectFrom("tenants").selectAll().where("tenant_id", "=", id),
  );
  return row && toTenant(row);
};

/** Tenants by id, behind `after`. */
export const listTenants = async (
  db: Database<DB>,
  scope: TenantScope,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<Tenant[]> => {
  const rows = await readInTenant(db, scope, (query) => {
    const tenants = query.selectFrom("tenants").selectAll().orderBy("tenant_id").limit(page.limit);
    return page.after === undefined ? tenants : tenants.where("tenant_id", ">", page.after);
  });
  return rows.map(toTenant);
};

/** Creates a tenant; undefined if it exists already. */
export const insertTenant = async (
  trx: TenantTransaction<DB>,
  tenant: { readonly id: string; readonly name: string; readonly at: Date },
): Promise<Tenant | undefined> => {
  const row = await trx
    .insertInto("tenants")
    .values({ tenant_id: tenant.id, name: tenant.name, created_at: tenant.at })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  return row && toTenant(row);
};
