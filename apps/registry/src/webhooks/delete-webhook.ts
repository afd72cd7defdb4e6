import { inTenant } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { recordWebhookEvent } from "./record-webhook-event.ts";
import { lockWebhook, deleteWebhook as remove } from "./webhook.store.ts";

/** Deletes a webhook with its deliveries; gives the change's id. */
export const deleteWebhook = async (deps: Deps, ctx: RequestContext, id: string): Promise<string> =>
  inTenant(deps.db, ctx, async (trx) => {
    const before = await lockWebhook(trx, ctx.tenantId, id);
    if (!before) throw problem("webhook_not_found");
    await remove(trx, ctx.tenantId, id);
    return await recordWebhookEvent(trx, ctx, deps.now(), { type: "webhook.deleted", webhook: before.webhook });
  });
