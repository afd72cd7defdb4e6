import { inTenant } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import type { ChangedWebhook } from "./create-webhook.ts";
import { recordWebhookEvent } from "./record-webhook-event.ts";
import { lockWebhook, rotateWebhook } from "./webhook.store.ts";

/** Makes the next secret. The one before signs along for a day. */
export const rotateWebhookSecret = async (deps: Deps, ctx: RequestContext, id: string): Promise<ChangedWebhook> =>
  inTenant(deps.db, ctx, async (trx) => {
    const at = deps.now();
    const before = await lockWebhook(trx, ctx.tenantId, id);
    if (!before) throw problem("webhook_not_found");
    const { webhook, generation } = await rotateWebhook(trx, ctx.tenantId, before, at);
    const changeId = await recordWebhookEvent(trx, ctx, at, { type: "webhook.secret_rotated", webhook });
    return { webhook, generation, changeId };
  });
