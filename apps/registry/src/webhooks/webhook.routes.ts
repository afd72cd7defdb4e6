import { registryContract } from "@nofx/contract-registry";
import { answer, changeHeader, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { createWebhook } from "./create-webhook.ts";
import { deleteWebhook } from "./delete-webhook.ts";
import { getWebhook, listDeliveries, listWebhooks } from "./read-webhooks.ts";
import { replayDeliveries, replayDelivery } from "./replay-deliveries.ts";
import { rotateWebhookSecret } from "./rotate-webhook-secret.ts";
import { testWebhook } from "./test-webhook.ts";
import { updateWebhook } from "./update-webhook.ts";
import { webhookKey, withSecret } from "./webhook-key.ts";

const { operations } = registryContract;

const secretHeaders = (changeId: string) => ({ ...changeHeader(changeId), "cache-control": "no-store" });

export const webhookRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.createWebhook, async (ctx, { body }) => {
    const key = webhookKey(deps);
    const created = await createWebhook(deps, ctx, body);
    return answer(201, { body: withSecret(key, created), headers: secretHeaders(created.changeId) });
  });
  mount(service, operations.listWebhooks, async (ctx, { query }) =>
    answer(200, { body: await listWebhooks(deps, ctx, query) }),
  );
  mount(service, operations.getWebhook, async (ctx, { params }) => {
    const { webhook } = await getWebhook(deps, ctx, params.webhookId);
    return answer(200, { body: { webhook } });
  });
  mount(service, operations.updateWebhook, async (ctx, { params, body }) => {
    const { webhook, changeId } = await updateWebhook(deps, ctx, params.webhookId, body);
    return answer(200, { body: { webhook }, headers: changeHeader(changeId) });
  });
  mount(service, operations.deleteWebhook, async (ctx, { params }) =>
    answer(204, { headers: changeHeader(await deleteWebhook(deps, ctx, params.webhookId)) }),
  );
  mount(service, operations.rotateWebhookSecret, async (ctx, { params }) => {
    const key = webhookKey(deps);
    const rotated = await rotateWebhookSecret(deps, ctx, params.webhookId);
    return answer(200, { body: withSecret(key, rotated), headers: secretHeaders(rotated.changeId) });
  });
  mount(service, operations.testWebhook, async (ctx, { params }) =>
    answer(200, { body: { delivery: await testWebhook(deps, ctx, params.webhookId) } }),
  );
  mount(service, operations.listWebhookDeliveries, async (ctx, { params, query }) =>
    answer(200, { body: await listDeliveries(deps, ctx, params.webhookId, query) }),
  );
  mount(service, operations.replayWebhookDelivery, async (ctx, { params }) =>
    answer(200, { body: { delivery: await replayDelivery(deps, ctx, params) } }),
  );
  mount(service, operations.replayWebhookDeliveries, async (ctx, { params, body }) =>
    answer(200, { body: await replayDeliveries(deps, ctx, params.webhookId, body.since) }),
  );
};
