import { page, pageQuery, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";
import { Delivery, DeliveryStatus, EventPattern, Webhook } from "./webhook.ts";

const access = { scope: "agents:admin" } as const;
const tag = "Webhooks";
const webhookParams = z.object({ webhookId: z.uuid().meta({ description: "Id of the webhook" }) });
const deliveryParams = webhookParams.extend({ deliveryId: z.uuid().meta({ description: "Id of the delivery" }) });

const settings = {
  url: z.string().max(2048).meta({ description: "https, on the public network" }),
  description: z.string().trim().min(1).max(200).optional(),
  types: z
    .array(EventPattern)
    .min(1)
    .max(20)
    .default(["*"])
    .meta({ description: "What it is told of; default: everything" }),
  active: z.boolean().default(true),
};
const secret = z.string().meta({ description: "`whsec_…`, verifies signatures (Standard Webhooks)" });

const example = {
  id: "0199f3a2-7b1c-7d5e-8f00-3c2a1b4d5e6f",
  url: "https://ci.acme.example/hooks/agents",
  description: "Rebuilds what uses our agents",
  types: ["agent.*"],
  active: true,
  createdBy: "token:5b1f0c9e-6a51-4f7e-9d37-0b7a4c1e2d3f",
  createdAt: "2026-11-22T09:30:00.000Z",
  updatedAt: "2026-11-22T09:30:00.000Z",
};
const order = { url: example.url, description: example.description, types: example.types, active: true };
const webhookId = example.id;
const secretExample = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";
const delivery = {
  id: "0199f3a3-0000-7000-8000-3c2a1b4d5e6f",
  webhookId,
  changeId: "0199f3a2-ffff-7d5e-8f00-3c2a1b4d5e6f",
  type: "agent.version_published",
  status: "delivered" as const,
  attempts: [{ at: "2026-11-22T09:30:01.000Z", durationMs: 41, status: 204, answer: "" }],
  createdAt: "2026-11-22T09:30:01.000Z",
  deliveredAt: "2026-11-22T09:30:01.041Z",
};
const { deliveredAt: _, ...undelivered } = delivery;
const replayed = { ...undelivered, status: "pending" as const, nextAttemptAt: "2026-11-22T10:00:00.000Z" };

export const createWebhook = defineOperation({
  id: "createWebhook",
  method: "POST",
  path: "/api/webhooks",
  tag,
  summary: "Create a webhook",
  description:
    "From now on, every change of your tenant with one of the types is posted to the URL, signed as Standard Webhooks describe. The secret is in this answer; keep it. A URL that does not lead to the public network is refused.",
  access,
  body: z.object(settings),
  idempotent: true,
  success: { 201: z.object({ webhook: Webhook, secret }) },
  errors: ["webhook_target_refused", "webhook_limit_reached", "webhooks_not_configured"],
  example: { arguments: { body: order }, answer: { webhook: example, secret: secretExample } },
});

export const listWebhooks = defineOperation({
  id: "listWebhooks",
  method: "GET",
  path: "/api/webhooks",
  tag,
  summary: "List your tenant's webhooks",
  description: "Webhooks without their secrets, oldest first.",
  access,
  query: z.object(pageQuery),
  success: { 200: page("webhooks", Webhook) },
  errors: [],
  example: { arguments: { limit: 25 }, answer: { webhooks: [example] } },
});

export const getWebhook = defineOperation({
  id: "getWebhook",
  method: "GET",
  path: "/api/webhooks/{webhookId}",
  tag,
  summary: "Read a webhook",
  description: "The webhook without its secret.",
  access,
  params: webhookParams,
  success: { 200: z.object({ webhook: Webhook }) },
  errors: ["webhook_not_found"],
  example: { arguments: { webhookId }, answer: { webhook: example } },
});

export const updateWebhook = defineOperation({
  id: "updateWebhook",
  method: "PUT",
  path: "/api/webhooks/{webhookId}",
  tag,
  summary: "Change a webhook",
  description:
    "Replaces its settings. While it is inactive, changes are not kept for it; deliveries that wait already go on when it is active again.",
  access,
  params: webhookParams,
  body: z.object(settings),
  idempotent: true,
  success: { 200: z.object({ webhook: Webhook }) },
  errors: ["webhook_not_found", "webhook_target_refused"],
  example: { arguments: { webhookId, body: order }, answer: { webhook: example } },
});

export const deleteWebhook = defineOperation({
  id: "deleteWebhook",
  method: "DELETE",
  path: "/api/webhooks/{webhookId}",
  tag,
  summary: "Delete a webhook",
  description: "Deletes the webhook with its deliveries. Nothing more is sent.",
  access,
  params: webhookParams,
  success: { 204: null },
  errors: ["webhook_not_found"],
  example: { arguments: { webhookId } },
});

export const rotateWebhookSecret = defineOperation({
  id: "rotateWebhookSecret",
  method: "POST",
  path: "/api/webhooks/{webhookId}/rotate",
  tag,
  summary: "Replace a webhook's secret",
  description:
    "Answers a new secret. For 24 hours deliveries carry two signatures, one of the new secret and one of the one before, so that receivers can change over.",
  access,
  params: webhookParams,
  idempotent: true,
  success: { 200: z.object({ webhook: Webhook, secret }) },
  errors: ["webhook_not_found", "webhooks_not_configured"],
  example: {
    arguments: { webhookId },
    answer: { webhook: { ...example, rotatedAt: "2026-11-22T09:45:00.000Z" }, secret: secretExample },
  },
});

export const testWebhook = defineOperation({
  id: "testWebhook",
  method: "POST",
  path: "/api/webhooks/{webhookId}/test",
  tag,
  summary: "Send a test event to a webhook",
  description:
    "Sends an event of type `webhook.test` now, once, also to an inactive webhook, and answers how that ended. It changes nothing, so it takes no Idempotency-Key.",
  access,
  params: webhookParams,
  success: { 200: z.object({ delivery: Delivery }) },
  errors: ["webhook_not_found", "webhooks_not_configured"],
  example: { arguments: { webhookId }, answer: { delivery: { ...delivery, type: "webhook.test" } } },
});

export const listWebhookDeliveries = defineOperation({
  id: "listWebhookDeliveries",
  method: "GET",
  path: "/api/webhooks/{webhookId}/deliveries",
  tag,
  summary: "List a webhook's deliveries",
  description: "Deliveries of the last 30 days with their latest attempts, newest first.",
  access,
  params: webhookParams,
  query: z.object({ ...pageQuery, status: DeliveryStatus.optional().meta({ description: "Only these" }) }),
  success: { 200: page("deliveries", Delivery) },
  errors: ["webhook_not_found"],
  example: { arguments: { webhookId, status: "delivered" }, answer: { deliveries: [delivery] } },
});

export const replayWebhookDelivery = defineOperation({
  id: "replayWebhookDelivery",
  method: "POST",
  path: "/api/webhooks/{webhookId}/deliveries/{deliveryId}/replay",
  tag,
  summary: "Deliver something again",
  description: "Sends the delivery again at once, with all attempts before it, under the same `webhook-id`.",
  access,
  params: deliveryParams,
  idempotent: true,
  success: { 200: z.object({ delivery: Delivery }) },
  errors: ["webhook_not_found", "delivery_not_found", "webhook_inactive"],
  example: { arguments: { webhookId, deliveryId: delivery.id }, answer: { delivery: replayed } },
});

export const replayWebhookDeliveries = defineOperation({
  id: "replayWebhookDeliveries",
  method: "POST",
  path: "/api/webhooks/{webhookId}/replay",
  tag,
  summary: "Deliver again what could not be delivered",
  description: "Sends up to 1,000 dead deliveries again, oldest first. Call it again while `more` is true.",
  access,
  params: webhookParams,
  body: z.object({
    status: z.literal("dead"),
    since: Timestamp.optional().meta({ description: "Only deliveries made since then" }),
  }),
  idempotent: true,
  success: { 200: z.object({ replayed: z.int(), more: z.boolean() }) },
  errors: ["webhook_not_found", "webhook_inactive"],
  example: { arguments: { webhookId, body: { status: "dead" } }, answer: { replayed: 12, more: false } },
});
