import type { Delivery, Webhook } from "@nofx/contract-registry";
import { cursorCodec, type RequestContext, toPage } from "@nofx/service-kit";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { listDeliveries as deliveriesOf } from "./delivery.store.ts";
import { findWebhook, type StoredWebhook, listWebhooks as webhooksOf } from "./webhook.store.ts";

interface PageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

const webhookCursors = cursorCodec("webhooks", z.uuid());
const deliveryCursors = cursorCodec("webhook deliveries", z.uuid());

/** One of the tenant's webhooks. @throws `webhook_not_found` */
export const getWebhook = async (deps: Deps, ctx: RequestContext, id: string): Promise<StoredWebhook> => {
  const found = await findWebhook(deps.db, ctx, id);
  if (!found) throw problem("webhook_not_found");
  return found;
};

/** The tenant's webhooks, oldest first. */
export const listWebhooks = async (
  deps: Deps,
  ctx: RequestContext,
  { limit, cursor }: PageQuery,
): Promise<{ webhooks: Webhook[]; nextCursor?: string }> => {
  const rows = await webhooksOf(deps.db, ctx, { after: webhookCursors.decode(cursor), limit: limit + 1 });
  const { items, ...rest } = toPage(rows, limit, ({ id }) => webhookCursors.encode(id));
  return { webhooks: items, ...rest };
};

/** What was and is to be delivered to a webhook, newest first. */
export const listDeliveries = async (
  deps: Deps,
  ctx: RequestContext,
  webhookId: string,
  { limit, cursor, status }: PageQuery & { readonly status?: Delivery["status"] | undefined },
): Promise<{ deliveries: Delivery[]; nextCursor?: string }> => {
  const before = deliveryCursors.decode(cursor);
  await getWebhook(deps, ctx, webhookId);
  const rows = await deliveriesOf(deps.db, ctx, webhookId, { before, status, limit: limit + 1 });
  const { items, ...rest } = toPage(rows, limit, ({ id }) => deliveryCursors.encode(id));
  return { deliveries: items, ...rest };
};
