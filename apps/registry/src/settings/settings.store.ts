import { defaultSettings, type Settings } from "@nofx/contract-kit";
import { type Database, readInTenant, type TenantScope, type TenantTransaction } from "@nofx/db-kit";
import type { Kysely } from "kysely";
import type { DB } from "../db/schema.gen.ts";

export const settingsRow = (query: Kysely<DB>, tenant: string) =>
  query.selectFrom("tenants").select("semver_policy").where("tenant_id", "=", tenant);

/** A tenant of which only an identity provider knows has set nothing. */
export const toSettings = (row: { readonly semver_policy: string } | undefined): Settings =>
  row ? { semverPolicy: row.semver_policy as Settings["semverPolicy"] } : defaultSettings;

export const findSettings = async (db: Database<DB>, scope: TenantScope): Promise<Settings> => {
  const [row] = await readInTenant(db, scope, (query) => settingsRow(query, scope.tenantId));
  return toSettings(row);
};

/** Locks the settings against other changes; undefined if there is no such tenant. */
export const lockSettings = async (trx: TenantTransaction<DB>, tenant: string): Promise<Settings | undefined> => {
  const row = await settingsRow(trx, tenant).forUpdate().executeTakeFirst();
  return row && toSettings(row);
};

export const saveSettings = async (trx: TenantTransaction<DB>, tenant: string, settings: Settings): Promise<void> => {
  await trx
    .updateTable("tenants")
    .set({ semver_policy: settings.semverPolicy })
    .where("tenant_id", "=", tenant)
    .executeTakeFirstOrThrow();
};
