import type { DeliveryAttempt } from "@nofx/contract-registry";
import type { ChangeRow, TenantTransaction } from "@nofx/db-kit";
import { sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";

/** Where dispatching goes on; undefined if no webhook is active. `mine`: no other replica is at it. */
export const lockDispatch = async (
  trx: TenantTransaction<DB>,
): Promise<{ mine: boolean; after: bigint | undefined }> => {
  const { rows } = await sql<{ mine: boolean; position: string | null }>`
    SELECT pg_try_advisory_xact_lock(hashtextextended('registry.webhook_dispatch', 0)) AS mine,
      (SELECT greatest(d.position, w.since) FROM webhook_dispatch d,
        (SELECT min(since_position) AS since FROM webhooks WHERE active) w WHERE w.since IS NOT NULL) AS position`.execute(
    trx,
  );
  const position = rows[0]?.position ?? undefined;
  return { mine: rows[0]?.mine === true, after: position === undefined ? undefined : BigInt(position) };
};

/** Changes behind a position, of all tenants. */
export const changesToDispatch = async (
  trx: TenantTransaction<DB>,
  after: bigint,
  limit: number,
): Promise<{ epoch: string; rows: ChangeRow[] }> => {
  const { rows } = await sql<ChangeRow & { epoch: string }>`
    SELECT feed.epoch, changes.* FROM feed, changes WHERE changes.position > ${String(after)}
    ORDER BY changes.position LIMIT ${limit}`.execute(trx);
  return { epoch: rows[0]?.epoch ?? "", rows };
};

/** An active webhook, as far as dispatching goes. */
export interface Subscription {
  readonly tenant_id: string;
  readonly id: string;
  readonly types: string[];
  readonly since_position: string;
}

export const subscriptionsOf = (trx: TenantTransaction<DB>, tenants: readonly string[]): Promise<Subscription[]> =>
  trx
    .selectFrom("webhooks")
    .select(["tenant_id", "id", "types", "since_position"])
    .where("tenant_id", "in", [...tenants])
    .where("active", "=", true)
    .execute();

export interface NewDelivery {
  readonly tenant: string;
  readonly webhookId: string;
  readonly changeId: string;
  readonly type: string;
  readonly body: string;
}

/** Inserts deliveries and moves on, in one transaction: each change makes exactly one delivery for each webhook. */
export const insertDeliveries = async (
  trx: TenantTransaction<DB>,
  deliveries: readonly NewDelivery[],
  position: string,
  at: Date,
): Promise<void> => {
  if (deliveries.length > 0) {
    const column = (name: keyof NewDelivery) => deliveries.map((delivery) => delivery[name]);
    await sql`
      INSERT INTO webhook_deliveries (tenant_id, webhook_id, change_id, type, body, next_attempt_at, created_at)
      SELECT tenant_id, webhook_id, change_id, type, body, ${at}, ${at}
      FROM unnest(${column("tenant")}::text[], ${column("webhookId")}::uuid[], ${column("changeId")}::uuid[],
                  ${column("type")}::text[], ${column("body")}::text[])
        AS t (tenant_id, webhook_id, change_id, type, body)`.execute(trx);
  }
  await trx.updateTable("webhook_dispatch").set({ position }).execute();
};

/** A delivery that is ours until its lease ends. */
export interface ClaimedDelivery {
  readonly tenant: string;
  readonly id: string;
  readonly webhookId: string;
  readonly type: string;
  readonly body: string;
  readonly attempt: number;
  readonly lease: string;
  readonly url: string;
  readonly generation: number;
  readonly rotatedAt: Date | null;
}

export interface ClaimOrder {
  readonly at: Date;
  readonly leaseUntil: Date;
  readonly limit: number;
  readonly perWebhookMax: number;
  readonly perTenantMax: number;
  /** Attempts that run here already: `w <webhook>` and `t <tenant>` → how many. */
  readonly running: Readonly<Record<string, number>>;
}

/**
 * Claims what is due. Goes from webhook to webhook that has something pending (a loose scan of the partial index) and
 * takes a few of each, so that thousands that wait for a dead receiver do not hide what waits for the others.
 */
export const claimDue = async (trx: TenantTransaction<DB>, order: ClaimOrder): Promise<ClaimedDelivery[]> => {
  const { at, limit, perWebhookMax, perTenantMax } = order;
  const running = JSON.stringify(order.running);
  const { rows } = await sql<ClaimedDelivery>`
    WITH RECURSIVE queues AS (
      (SELECT tenant_id, webhook_id FROM webhook_deliveries WHERE status = 'pending' ORDER BY tenant_id, webhook_id LIMIT 1)
      UNION ALL
      SELECT next.tenant_id, next.webhook_id FROM queues q CROSS JOIN LATERAL (
        SELECT d.tenant_id, d.webhook_id FROM webhook_deliveries d
        WHERE d.status = 'pending' AND (d.tenant_id, d.webhook_id) > (q.tenant_id, q.webhook_id)
        ORDER BY d.tenant_id, d.webhook_id LIMIT 1) next
    ), due AS (
      SELECT d.tenant_id, d.id, d.next_attempt_at,
        row_number() OVER (PARTITION BY d.tenant_id ORDER BY d.next_attempt_at) AS nth
      FROM queues q
      JOIN webhooks w ON w.tenant_id = q.tenant_id AND w.id = q.webhook_id AND w.active
      CROSS JOIN LATERAL (
        SELECT tenant_id, id, next_attempt_at FROM webhook_deliveries
        WHERE tenant_id = q.tenant_id AND webhook_id = q.webhook_id AND status = 'pending' AND next_attempt_at <= ${at}
        ORDER BY next_attempt_at
        LIMIT greatest(0, ${perWebhookMax}::int - coalesce((${running}::jsonb ->> ('w ' || q.webhook_id))::int, 0))
        FOR UPDATE SKIP LOCKED) d
    ), chosen AS (
      SELECT tenant_id, id FROM due
      WHERE nth <= ${perTenantMax}::int - coalesce((${running}::jsonb ->> ('t ' || tenant_id))::int, 0)
      ORDER BY next_attempt_at LIMIT ${limit}
    )
    UPDATE webhook_deliveries d
    SET attempt = attempt + 1, next_attempt_at = ${order.leaseUntil}, lease = gen_random_uuid()
    FROM chosen, webhooks w
    WHERE d.tenant_id = chosen.tenant_id AND d.id = chosen.id AND w.tenant_id = d.tenant_id AND w.id = d.webhook_id
    RETURNING d.tenant_id AS tenant, d.id, d.webhook_id AS "webhookId", d.type, d.body, d.attempt, d.lease,
      w.url, w.generation, w.rotated_at AS "rotatedAt"`.execute(trx);
  return rows;
};

/** Attempts that are kept of one delivery. */
const attemptsKept = 20;

/** Writes down how an attempt ended; false if the lease has ended and somebody else is at it. */
export const saveAttempt = async (
  trx: TenantTransaction<DB>,
  delivery: Pick<ClaimedDelivery, "tenant" | "id" | "lease">,
  attempt: DeliveryAttempt,
  result: { readonly status: string; readonly nextAttemptAt: Date; readonly deliveredAt: Date | undefined },
): Promise<boolean> => {
  const { numAffectedRows } = await sql`
    UPDATE webhook_deliveries SET status = ${result.status}, next_attempt_at = ${result.nextAttemptAt}, lease = NULL,
      delivered_at = ${result.deliveredAt ?? null},
      attempts = (CASE WHEN jsonb_array_length(attempts) < ${attemptsKept} THEN attempts ELSE attempts - 0 END)
        || ${JSON.stringify([attempt])}::jsonb
    WHERE tenant_id = ${delivery.tenant} AND id = ${delivery.id} AND lease = ${delivery.lease}`.execute(trx);
  return numAffectedRows === 1n;
};

/** What waits to be delivered: how many deliveries, and since when the oldest. */
export const pendingDeliveries = async (
  trx: TenantTransaction<DB>,
): Promise<{ count: number; oldest: Date | undefined }> => {
  const { rows } = await sql<{ count: string; oldest: Date | null }>`
    SELECT count(*) AS count, min(created_at) AS oldest FROM webhook_deliveries WHERE status = 'pending'`.execute(trx);
  return { count: Number(rows[0]?.count ?? 0), oldest: rows[0]?.oldest ?? undefined };
};
