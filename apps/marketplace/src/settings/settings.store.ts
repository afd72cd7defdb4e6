import { defaultSettings, type Settings } from "@nofx/contract-kit";
import type { MarketplaceSettingsOrder } from "@nofx/contract-marketplace";
import { type Database, lockUntilEnd, readInTenant, type TenantScope, type TenantTransaction } from "@nofx/db-kit";
import type { Kysely } from "kysely";
import type { DB } from "../db/schema.gen.ts";

export const settingsRow = (query: Kysely<DB>, tenant: string) =>
  query.selectFrom("tenant_settings").select("semver_policy").where("tenant_id", "=", tenant);

const wholeRow = (query: Kysely<DB>, tenant: string) => settingsRow(query, tenant).select("publish_checks");

export const toSettings = (row: { readonly semver_policy: string } | undefined): Settings =>
  row ? { semverPolicy: row.semver_policy as Settings["semverPolicy"] } : defaultSettings;

type WholeRow = Awaited<ReturnType<ReturnType<typeof wholeRow>["executeTakeFirst"]>>;

/** What a tenant has said; of what it has not said, the operator's default holds. */
const toOrder = (row: WholeRow): MarketplaceSettingsOrder => {
  const publishChecks = row?.publish_checks as MarketplaceSettingsOrder["publishChecks"] | null;
  return { ...toSettings(row), ...(publishChecks && { publishChecks }) };
};

export const findSettings = async (db: Database<DB>, scope: TenantScope): Promise<MarketplaceSettingsOrder> => {
  const [row] = await readInTenant(db, scope, (query) => wholeRow(query, scope.tenantId));
  return toOrder(row);
};

/** The settings, locked against other changes also where there is no row yet. */
export const lockSettings = async (trx: TenantTransaction<DB>, tenant: string): Promise<MarketplaceSettingsOrder> => {
  await lockUntilEnd(trx, `settings ${tenant}`);
  return toOrder(await wholeRow(trx, tenant).executeTakeFirst());
};

export const saveSettings = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  { semverPolicy, publishChecks }: MarketplaceSettingsOrder,
): Promise<void> => {
  const columns = { semver_policy: semverPolicy, publish_checks: publishChecks ?? null };
  await trx
    .insertInto("tenant_settings")
    .values({ tenant_id: tenant, ...columns })
    .onConflict((conflict) => conflict.column("tenant_id").doUpdateSet(columns))
    .execute();
};
