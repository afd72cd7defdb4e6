import type { Webhook } from "@nofx/contract-registry";
import { type Database, readInTenant, type TenantScope, type TenantTransaction } from "@nofx/db-kit";
import { type Selectable, sql } from "kysely";
import type { DB, Webhooks } from "../db/schema.gen.ts";

/** A webhook with what its secret is derived from. */
export interface StoredWebhook {
  readonly webhook: Webhook;
  readonly generation: number;
  readonly rotatedAt: Date | undefined;
}

const toWebhook = (row: Selectable<Webhooks>): StoredWebhook => ({
  webhook: {
    id: row.id,
    url: row.url,
    ...(row.description !== null && { description: row.description }),
    types: row.types,
    active: row.active,
    ...(row.disabled_reason !== null && { disabledReason: row.disabled_reason }),
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    ...(row.rotated_at !== null && { rotatedAt: row.rotated_at.toISOString() }),
  },
  generation: row.generation,
  rotatedAt: row.rotated_at ?? undefined,
});

export const findWebhook = async (
  db: Database<DB>,
  scope: TenantScope,
  id: string,
): Promise<StoredWebhook | undefined> => {
  const [row] = await readInTenant(db, scope, (query) =>
    query.selectFrom("webhooks").selectAll().where("tenant_id", "=", scope.tenantId).where("id", "=", id),
  );
  return row && toWebhook(row);
};

/** A tenant's webhooks by id, which grows with time, behind `after`. */
export const listWebhooks = async (
  db: Database<DB>,
  scope: TenantScope,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<Webhook[]> => {
  const rows = await readInTenant(db, scope, (query) => {
    const webhooks = query
      .selectFrom("webhooks")
      .selectAll()
      .where("tenant_id", "=", scope.tenantId)
      .orderBy("id")
      .limit(page.limit);
    return page.after === undefined ? webhooks : webhooks.where("id", ">", page.after);
  });
  return rows.map((row) => toWebhook(row).webhook);
};

/** Locks one webhook until the transaction ends. */
export const lockWebhook = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  id: string,
): Promise<StoredWebhook | undefined> => {
  const row = await trx
    .selectFrom("webhooks")
    .selectAll()
    .where("tenant_id", "=", tenant)
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
  return row && toWebhook(row);
};

/** How many webhooks a tenant has; nobody else creates one of it until the transaction ends. */
export const lockWebhookCount = async (trx: TenantTransaction<DB>, tenant: string): Promise<number> => {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`webhooks ${tenant}`}, 0))`.execute(trx);
  const { count } = await trx
    .selectFrom("webhooks")
    .select(({ fn }) => fn.countAll<string>().as("count"))
    .where("tenant_id", "=", tenant)
    .executeTakeFirstOrThrow();
  return Number(count);
};

export interface WebhookSettings {
  readonly url: string;
  readonly description?: string | undefined;
  readonly types: readonly string[];
  readonly active: boolean;
}

/** What becomes active gets what happens from now on. */
const headOfFeed = sql<string>`(SELECT position FROM feed)`;

const settingColumns = (settings: WebhookSettings, at: Date) => ({
  url: settings.url,
  description: settings.description ?? null,
  types: [...settings.types],
  active: settings.active,
  updated_at: at,
});

export const insertWebhook = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  settings: WebhookSettings,
  origin: { readonly createdBy: string; readonly at: Date },
): Promise<StoredWebhook> => {
  const row = await trx
    .insertInto("webhooks")
    .values({
      tenant_id: tenant,
      id: sql`uuidv7()`,
      ...settingColumns(settings, origin.at),
      since_position: headOfFeed,
      created_at: origin.at,
      created_by: origin.createdBy,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toWebhook(row);
};

const update = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  id: string,
  values: Partial<Record<"active" | "disabled_reason" | "generation" | "rotated_at" | "since_position", unknown>>,
): Promise<StoredWebhook> => {
  const row = await trx
    .updateTable("webhooks")
    .set(values as Partial<Selectable<Webhooks>>)
    .where("tenant_id", "=", tenant)
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return toWebhook(row);
};

export const updateWebhook = (
  trx: TenantTransaction<DB>,
  tenant: string,
  id: string,
  settings: WebhookSettings,
  change: { readonly at: Date; readonly isResumed: boolean },
): Promise<StoredWebhook> =>
  update(trx, tenant, id, {
    ...settingColumns(settings, change.at),
    ...(settings.active && { disabled_reason: null }),
    ...(change.isResumed && { since_position: headOfFeed }),
  });

/** The next generation of the secret. */
export const rotateWebhook = (
  trx: TenantTransaction<DB>,
  tenant: string,
  { webhook, generation }: StoredWebhook,
  at: Date,
): Promise<StoredWebhook> => update(trx, tenant, webhook.id, { generation: generation + 1, rotated_at: at });

/** Nothing more is sent to it; its owner reads why. */
export const disableWebhook = (
  trx: TenantTransaction<DB>,
  tenant: string,
  id: string,
  reason: string,
): Promise<StoredWebhook> => update(trx, tenant, id, { active: false, disabled_reason: reason });

/** Deletes a webhook, and its deliveries with it. */
export const deleteWebhook = async (trx: TenantTransaction<DB>, tenant: string, id: string): Promise<void> => {
  await trx.deleteFrom("webhooks").where("tenant_id", "=", tenant).where("id", "=", id).execute();
};
