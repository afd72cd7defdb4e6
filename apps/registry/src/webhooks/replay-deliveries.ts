import type { Delivery } from "@nofx/contract-registry";
import { inTenant, recordAudit, type TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { replayDead, replayDelivery as replayOne } from "./delivery.store.ts";
import { lockWebhook } from "./webhook.store.ts";

const replaysMax = 1_000;

const lockActive = async (trx: TenantTransaction<DB>, tenant: string, id: string): Promise<void> => {
  const found = await lockWebhook(trx, tenant, id);
  if (!found) throw problem("webhook_not_found");
  if (!found.webhook.active) throw problem("webhook_inactive");
};

const replayed = (id: string, details: Readonly<Record<string, unknown>>) => ({
  action: "webhook.replayed",
  resourceType: "webhook",
  resourceId: id,
  details,
});

/** Sends one delivery again, whatever became of it. */
export const replayDelivery = async (
  deps: Deps,
  ctx: RequestContext,
  { webhookId, deliveryId }: { readonly webhookId: string; readonly deliveryId: string },
): Promise<Delivery> => {
  const delivery = await inTenant(deps.db, ctx, async (trx) => {
    await lockActive(trx, ctx.tenantId, webhookId);
    const at = deps.now();
    const again = await replayOne(trx, ctx.tenantId, webhookId, deliveryId, at);
    if (!again) throw problem("delivery_not_found");
    await recordAudit(trx, ctx, at, replayed(webhookId, { delivery: deliveryId }));
    return again;
  });
  deps.webhooks.kick();
  return delivery;
};

/** Sends again what could not be delivered. */
export const replayDeliveries = async (
  deps: Deps,
  ctx: RequestContext,
  webhookId: string,
  since: string | undefined,
): Promise<{ replayed: number; more: boolean }> => {
  const result = await inTenant(deps.db, ctx, async (trx) => {
    await lockActive(trx, ctx.tenantId, webhookId);
    const at = deps.now();
    const order = { since: since === undefined ? undefined : new Date(since), at, limit: replaysMax };
    const count = await replayDead(trx, ctx.tenantId, webhookId, order);
    await recordAudit(trx, ctx, at, replayed(webhookId, { count, ...(since && { since }) }));
    return { replayed: count, more: count === replaysMax };
  });
  deps.webhooks.kick();
  return result;
};
