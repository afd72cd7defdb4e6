import type { Delivery, DeliveryAttempt } from "@nofx/contract-registry";
import { type Database, readInTenant, type TenantScope, type TenantTransaction } from "@nofx/db-kit";
import { type Selectable, sql } from "kysely";
import type { DB, WebhookDeliveries } from "../db/schema.gen.ts";

const deliveryColumns = [
  "id",
  "webhook_id",
  "change_id",
  "type",
  "status",
  "attempts",
  "next_attempt_at",
  "created_at",
  "delivered_at",
] as const;

type DeliveryRow = Pick<Selectable<WebhookDeliveries>, (typeof deliveryColumns)[number]>;

const toDelivery = (row: DeliveryRow): Delivery => ({
  id: row.id,
  webhookId: row.webhook_id,
  changeId: row.change_id,
  type: row.type,
  status: row.status as Delivery["status"],
  attempts: row.attempts as unknown as DeliveryAttempt[],
  createdAt: row.created_at.toISOString(),
  ...(row.status === "pending" && { nextAttemptAt: row.next_attempt_at.toISOString() }),
  ...(row.delivered_at !== null && { deliveredAt: row.delivered_at.toISOString() }),
});

/** A webhook's deliveries, newest first, before `before`. Ids grow with time. */
export const listDeliveries = async (
  db: Database<DB>,
  scope: TenantScope,
  webhookId: string,
  page: {
    readonly before: string | undefined;
    readonly status: Delivery["status"] | undefined;
    readonly limit: number;
  },
): Promise<Delivery[]> => {
  const rows = await readInTenant(db, scope, (query) => {
    let deliveries = query
      .selectFrom("webhook_deliveries")
      .select(deliveryColumns)
      .where("tenant_id", "=", scope.tenantId)
      .where("webhook_id", "=", webhookId)
      .orderBy("id", "desc")
      .limit(page.limit);
    if (page.before !== undefined) deliveries = deliveries.where("id", "<", page.before);
    if (page.status !== undefined) deliveries = deliveries.where("status", "=", page.status);
    return deliveries;
  });
  return rows.map(toDelivery);
};

/** Begins anew with all attempts. Who is at an attempt right now may no longer report it. */
const again = (at: Date) => ({ status: "pending", attempt: 0, next_attempt_at: at, lease: null, delivered_at: null });

export const replayDelivery = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  webhookId: string,
  id: string,
  at: Date,
): Promise<Delivery | undefined> => {
  const row = await trx
    .updateTable("webhook_deliveries")
    .set(again(at))
    .where("tenant_id", "=", tenant)
    .where("webhook_id", "=", webhookId)
    .where("id", "=", id)
    .returning(deliveryColumns)
    .executeTakeFirst();
  return row && toDelivery(row);
};

/** The oldest dead deliveries; gives how many. */
export const replayDead = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  webhookId: string,
  order: { readonly since: Date | undefined; readonly at: Date; readonly limit: number },
): Promise<number> => {
  const { numUpdatedRows } = await trx
    .updateTable("webhook_deliveries")
    .set(again(order.at))
    .where("tenant_id", "=", tenant)
    .where("id", "in", (query) => {
      const dead = query
        .selectFrom("webhook_deliveries")
        .select("id")
        .where("tenant_id", "=", tenant)
        .where("webhook_id", "=", webhookId)
        .where("status", "=", "dead")
        .orderBy("id")
        .limit(order.limit);
      return order.since === undefined ? dead : dead.where("created_at", ">=", order.since);
    })
    .executeTakeFirst();
  return Number(numUpdatedRows);
};

/** A delivery that its maker sends at once: it has its lease already. */
export const insertTestDelivery = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  webhookId: string,
  event: { readonly id: string; readonly type: string; readonly body: string },
  lease: { readonly id: string; readonly at: Date; readonly until: Date },
): Promise<string> => {
  const { id } = await trx
    .insertInto("webhook_deliveries")
    .values({
      tenant_id: tenant,
      webhook_id: webhookId,
      change_id: event.id,
      type: event.type,
      body: event.body,
      attempt: 1,
      next_attempt_at: lease.until,
      lease: lease.id,
      created_at: lease.at,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
};

export const findDelivery = async (db: Database<DB>, scope: TenantScope, id: string): Promise<Delivery | undefined> => {
  const [row] = await readInTenant(db, scope, (query) =>
    query
      .selectFrom("webhook_deliveries")
      .select(deliveryColumns)
      .where("tenant_id", "=", scope.tenantId)
      .where("id", "=", id),
  );
  return row && toDelivery(row);
};

/** Deletes deliveries from before `keepFrom`, at most 1,000 a call. */
export const deleteOldDeliveries = async (trx: TenantTransaction<DB>, keepFrom: Date): Promise<number> => {
  const { numAffectedRows } = await sql`
    DELETE FROM webhook_deliveries WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM webhook_deliveries WHERE created_at < ${keepFrom} LIMIT 1000 FOR UPDATE SKIP LOCKED))`.execute(
    trx,
  );
  return Number(numAffectedRows ?? 0);
};
