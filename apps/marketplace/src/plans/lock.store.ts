import { canonicalForm } from "@nofx/canonical";
import type { DependencyLock, StoredLock } from "@nofx/contract-marketplace";
import { type Database, readInTenant, type TenantScope, type TenantTransaction } from "@nofx/db-kit";
import { type Kysely, type Selectable, sql } from "kysely";
import type { DB, TemplateLocks } from "../db/schema.gen.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { lockedResources } from "./lock.rules.ts";

/** Which lock: that of a version, for an environment or for none in particular. */
export interface LockAddress extends TemplateAddress {
  readonly version: string;
  readonly environment: string | undefined;
}

/** A lock that is kept, and whether others may read it. */
export interface KeptLock {
  readonly stored: StoredLock;
  readonly isPublic: boolean;
}

const lockRow = (query: Kysely<DB>, { tenant, templateId, version, environment = "" }: LockAddress) =>
  query
    .selectFrom("template_locks")
    .selectAll()
    .where("tenant_id", "=", tenant)
    .where("template_id", "=", templateId)
    .where("version", "=", version)
    .where("environment", "=", environment);

const toKept = (row: Selectable<TemplateLocks>): KeptLock => ({
  stored: {
    ...(row.environment !== "" && { environment: row.environment }),
    lock: JSON.parse(row.lock) as DependencyLock,
    digest: row.digest,
    lockedAt: row.locked_at.toISOString(),
    lockedBy: row.locked_by,
  },
  isPublic: row.visibility === "public",
});

export const findLock = async (
  db: Database<DB>,
  scope: TenantScope,
  address: LockAddress,
): Promise<StoredLock | undefined> => {
  const [row] = await readInTenant(db, scope, (query) => lockRow(query, address));
  return row && toKept(row).stored;
};

/** The same under the template's lock. */
export const findKeptLock = async (trx: TenantTransaction<DB>, address: LockAddress): Promise<KeptLock | undefined> => {
  const row = await lockRow(trx, address).executeTakeFirst();
  return row && toKept(row);
};

/** All that are kept with a version, under the template's lock or not. */
export const listKeptLocks = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
  version: string,
): Promise<KeptLock[]> => {
  const rows = await trx
    .selectFrom("template_locks")
    .selectAll()
    .where("tenant_id", "=", tenant)
    .where("template_id", "=", templateId)
    .where("version", "=", version)
    .orderBy("environment")
    .execute();
  return rows.map(toKept);
};

const saveEntries = async (trx: TenantTransaction<DB>, address: LockAddress, lock: DependencyLock): Promise<void> => {
  const { tenant, templateId, version, environment = "" } = address;
  await trx
    .deleteFrom("template_lock_entries")
    .where("tenant_id", "=", tenant)
    .where("template_id", "=", templateId)
    .where("version", "=", version)
    .where("environment", "=", environment)
    .execute();
  const entries = lockedResources(lock);
  const [kinds, tenants, ids, versions] = [
    entries.map(({ kind }) => kind),
    entries.map((on) => on.tenant),
    entries.map(({ id }) => id),
    entries.map((on) => on.version),
  ];
  await sql`
    INSERT INTO template_lock_entries
      (tenant_id, template_id, version, environment, kind, on_tenant, on_id, on_version)
    SELECT ${tenant}, ${templateId}, ${version}, ${environment}, e.*
    FROM unnest(${kinds}::text[], ${tenants}::text[], ${ids}::text[], ${versions}::text[]) AS e`.execute(trx);
};

/** Keeps a lock, in the place of the one before. */
export const saveLock = async (
  trx: TenantTransaction<DB>,
  address: LockAddress,
  { stored, isPublic }: KeptLock,
): Promise<void> => {
  const { tenant, templateId, version, environment = "" } = address;
  const columns = {
    lock: canonicalForm(stored.lock),
    digest: stored.digest,
    visibility: isPublic ? "public" : "private",
    locked_at: stored.lockedAt,
    locked_by: stored.lockedBy,
  };
  await trx
    .insertInto("template_locks")
    .values({ tenant_id: tenant, template_id: templateId, version, environment, ...columns })
    .onConflict((conflict) =>
      conflict.columns(["tenant_id", "template_id", "version", "environment"]).doUpdateSet(columns),
    )
    .execute();
  await saveEntries(trx, address, stored.lock);
};
