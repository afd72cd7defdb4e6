import { randomUUID } from "node:crypto";
import type { Delivery } from "@nofx/contract-registry";
import { inTenant } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { deliver, leaseMs } from "./deliver.ts";
import { findDelivery, insertTestDelivery } from "./delivery.store.ts";
import { eventBody } from "./dispatch-changes.ts";
import { getWebhook } from "./read-webhooks.ts";
import { testType } from "./webhook.rules.ts";
import { webhookKey } from "./webhook-key.ts";

/** Sends a test event now, in this request, and gives what became of it. */
export const testWebhook = async (deps: Deps, ctx: RequestContext, webhookId: string): Promise<Delivery> => {
  const key = webhookKey(deps);
  const { webhook, generation, rotatedAt } = await getWebhook(deps, ctx, webhookId);
  const at = deps.now();
  const lease = { id: randomUUID(), at, until: new Date(at.getTime() + leaseMs) };
  const event = { id: randomUUID(), type: testType, body: eventBody(testType, at, { webhook: { id: webhookId } }) };
  const id = await inTenant(deps.db, ctx, (trx) => insertTestDelivery(trx, ctx.tenantId, webhookId, event, lease));
  const { db, now } = deps;
  // What is begun is finished and written down, also if the caller hangs up: it takes ten seconds at the most.
  const { signal } = new AbortController();
  await deliver(
    { db, now, key, targets: deps.webhooks.targets, signal },
    {
      tenant: ctx.tenantId,
      id,
      webhookId,
      type: event.type,
      body: event.body,
      attempt: 1,
      lease: lease.id,
      url: webhook.url,
      generation,
      rotatedAt: rotatedAt ?? null,
    },
  );
  const delivery = await findDelivery(deps.db, ctx, id);
  if (!delivery) throw problem("webhook_not_found");
  return delivery;
};
