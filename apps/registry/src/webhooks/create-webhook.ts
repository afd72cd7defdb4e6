import type { Webhook } from "@nofx/contract-registry";
import { inTenant } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { checkTarget } from "./check-target.ts";
import { recordWebhookEvent } from "./record-webhook-event.ts";
import { insertWebhook, lockWebhookCount, type WebhookSettings } from "./webhook.store.ts";

/** Webhooks that a tenant may have. */
const webhooksMax = 20;

/** A webhook after a change of it, and the change. The secret is not in here: results are stored for replays. */
export interface ChangedWebhook {
  readonly webhook: Webhook;
  readonly generation: number;
  readonly changeId: string;
}

/** Creates a webhook. It gets what happens from now on. */
export const createWebhook = async (
  deps: Deps,
  ctx: RequestContext,
  settings: WebhookSettings,
): Promise<ChangedWebhook> => {
  await checkTarget(deps, settings.url);
  return await inTenant(deps.db, ctx, async (trx) => {
    const at = deps.now();
    if ((await lockWebhookCount(trx, ctx.tenantId)) >= webhooksMax) throw problem("webhook_limit_reached");
    const { webhook, generation } = await insertWebhook(trx, ctx.tenantId, settings, { createdBy: ctx.subject, at });
    const changeId = await recordWebhookEvent(trx, ctx, at, { type: "webhook.created", webhook });
    return { webhook, generation, changeId };
  });
};
