import { defaultSettings, type Settings } from "@nofx/contract-kit";
import { type Database, lockUntilEnd, readInTenant, type TenantScope, type TenantTransaction } from "@nofx/db-kit";
import type { Kysely } from "kysely";
import type { DB } from "../db/schema.gen.ts";

export const settingsRow = (query: Kysely<DB>, tenant: string) =>
  query.selectFrom("tenant_settings").select("semver_policy").where("tenant_id", "=", tenant);

export const toSettings = (row: { readonly semver_policy: string } | undefined): Settings =>
  row ? { semverPolicy: row.semver_policy as Settings["semverPolicy"] } : defaultSettings;

export const findSettings = async (db: Database<DB>, scope: TenantScope): Promise<Settings> => {
  const [row] = await readInTenant(db, scope, (query) => settingsRow(query, scope.tenantId));
  return toSettings(row);
};

/** The settings, locked against other changes also where there is no row yet. */
export const lockSettings = async (trx: TenantTransaction<DB>, tenant: string): Promise<Settings> => {
  await lockUntilEnd(trx, `settings ${tenant}`);
  return toSettings(await settingsRow(trx, tenant).executeTakeFirst());
};

export const saveSettings = async (trx: TenantTransaction<DB>, tenant: string, settings: Settings): Promise<void> => {
  const semver_policy = settings.semverPolicy;
  await trx
    .insertInto("tenant_settings")
    .values({ tenant_id: tenant, semver_policy })
    .onConflict((conflict) => conflict.column("tenant_id").doUpdateSet({ semver_policy }))
    .execute();
};
