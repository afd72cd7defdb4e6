import { randomUUID } from "node:crypto";
import { canonicalForm } from "@nofx/canonical";
import { type KeptEnvironment, TemplateEnvironments } from "@nofx/contract-marketplace";
import { type Database, readInTenant, type TenantScope, type TenantTransaction } from "@nofx/db-kit";
import { type Kysely, type Selectable, sql } from "kysely";
import type { DB, TemplateEnvironments as EnvironmentRows } from "../db/schema.gen.ts";
import type { TemplateAddress } from "../templates/address.ts";
import type { StoredEnvironment, SwitchedPrompt } from "./environment.rules.ts";

const toStored = (row: Selectable<EnvironmentRows>): StoredEnvironment => ({
  name: row.name,
  kept: { ...(row.version !== null && { version: row.version }), ...(JSON.parse(row.overlay) as KeptEnvironment) },
  revision: row.revision,
  updatedAt: row.updated_at.toISOString(),
  updatedBy: row.updated_by,
});

const rowsOf = (query: Kysely<DB>, { tenantId }: TenantScope, { tenant, templateId }: TemplateAddress) =>
  query
    .selectFrom("template_environments")
    .selectAll()
    .where("tenant_id", "=", tenantId)
    .where("on_tenant", "=", tenant)
    .where("template_id", "=", templateId)
    .orderBy("name");

/** All that the caller's tenant keeps of a template's environments. */
export const listKept = async (
  db: Database<DB>,
  scope: TenantScope,
  address: TemplateAddress,
): Promise<StoredEnvironment[]> => {
  const rows = await readInTenant(db, scope, (query) => rowsOf(query, scope, address));
  return rows.map(toStored);
};

/** The same inside a write, under the environments' lock. */
export const listKeptIn = async (
  trx: TenantTransaction<DB>,
  scope: TenantScope,
  address: TemplateAddress,
): Promise<StoredEnvironment[]> => (await rowsOf(trx, scope, address).execute()).map(toStored);

/** Keeps an environment, in the place of what was kept under its name. */
export const saveKept = async (
  trx: TenantTransaction<DB>,
  { tenantId, subject }: TenantScope,
  { tenant, templateId }: TemplateAddress,
  name: string,
  { kept, at }: { readonly kept: KeptEnvironment; readonly at: Date },
): Promise<StoredEnvironment> => {
  const { version = null, ...overlay } = kept;
  const columns = {
    version,
    overlay: canonicalForm(overlay),
    revision: randomUUID(),
    updated_at: at,
    updated_by: subject,
  };
  const row = await trx
    .insertInto("template_environments")
    .values({ tenant_id: tenantId, on_tenant: tenant, template_id: templateId, name, ...columns })
    .onConflict((conflict) => conflict.columns(["tenant_id", "on_tenant", "template_id", "name"]).doUpdateSet(columns))
    .returningAll()
    .executeTakeFirstOrThrow();
  return toStored(row);
};

export const deleteKept = async (
  trx: TenantTransaction<DB>,
  { tenantId }: TenantScope,
  { tenant, templateId }: TemplateAddress,
  name: string,
): Promise<void> => {
  await trx
    .deleteFrom("template_environments")
    .where("tenant_id", "=", tenantId)
    .where("on_tenant", "=", tenant)
    .where("template_id", "=", templateId)
    .where("name", "=", name)
    .executeTakeFirstOrThrow();
};

/** What versions declare, by version. Environments that cannot be read are none. */
export const findDeclared = async (
  db: Database<DB>,
  scope: TenantScope,
  { tenant, templateId }: TemplateAddress,
  versions: readonly string[],
): Promise<ReadonlyMap<string, TemplateEnvironments>> => {
  const rows = await readInTenant(db, scope, (query) =>
    query
      .selectFrom("template_versions")
      .select(["version", sql<unknown>`document::jsonb #> '{content,environments}'`.as("environments")])
      .where("tenant_id", "=", tenant)
      .where("template_id", "=", templateId)
      .where("version", "in", versions),
  );
  return new Map(
    rows.map(({ version, environments }) => [version, TemplateEnvironments.safeParse(environments ?? {}).data ?? {}]),
  );
};

const deploymentRows = (query: Kysely<DB>, { tenant, templateId }: TemplateAddress) =>
  query
    .selectFrom("template_deployments")
    .select(["environment", "channel", "enabled"])
    .where("tenant_id", "=", tenant)
    .where("template_id", "=", templateId)
    .orderBy("environment")
    .orderBy("channel");

/** Where the builder has switched a prompt of the caller's on or off. */
export const listDeployments = async (
  db: Database<DB>,
  scope: TenantScope,
  address: TemplateAddress,
): Promise<SwitchedPrompt[]> => await readInTenant(db, scope, (query) => deploymentRows(query, address));

/** The same inside a write. */
export const listDeploymentsIn = async (
  trx: TenantTransaction<DB>,
  address: TemplateAddress,
): Promise<SwitchedPrompt[]> => await deploymentRows(trx, address).execute();
