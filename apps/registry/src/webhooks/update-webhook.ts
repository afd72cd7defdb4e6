import { inTenant } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { checkTarget } from "./check-target.ts";
import type { ChangedWebhook } from "./create-webhook.ts";
import { recordWebhookEvent } from "./record-webhook-event.ts";
import { lockWebhook, updateWebhook as update, type WebhookSettings } from "./webhook.store.ts";

/** Replaces a webhook's settings. One that becomes active again gets what happens from then on. */
export const updateWebhook = async (
  deps: Deps,
  ctx: RequestContext,
  id: string,
  settings: WebhookSettings,
): Promise<ChangedWebhook> => {
  if (settings.active) await checkTarget(deps, settings.url);
  const changed = await inTenant(deps.db, ctx, async (trx) => {
    const at = deps.now();
    const before = await lockWebhook(trx, ctx.tenantId, id);
    if (!before) throw problem("webhook_not_found");
    const isResumed = settings.active && !before.webhook.active;
    const { webhook, generation } = await update(trx, ctx.tenantId, id, settings, { at, isResumed });
    const changeId = await recordWebhookEvent(trx, ctx, at, { type: "webhook.updated", webhook });
    return { webhook, generation, changeId };
  });
  deps.webhooks.kick();
  return changed;
};
