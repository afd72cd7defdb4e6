import { unwrap } from "@nofx/client";
import { Webhook as Verifier } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { hookTo, startReceiver } from "./receiver.ts";
import { registry } from "./registry.ts";

describe("testWebhook", () => {
  it("200: a signed event now, whatever types the webhook wants, and what became of it", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin());
    const receiver = await startReceiver((response) => void response.end("thanks"));
    const { webhook, secret } = await hookTo(admin, receiver, ["agent.rolled_back"]);
    const { delivery } = await unwrap(admin.testWebhook({ webhookId: webhook.id }));
    expect(delivery).toMatchObject({
      webhookId: webhook.id,
      type: "webhook.test",
      status: "delivered",
      attempts: [{ status: 200, answer: "thanks" }],
    });
    const [{ headers, body } = { headers: {}, body: "" }] = receiver.received;
    expect(new Verifier(secret).verify(body, headers as Record<string, string>)).toMatchObject({
      type: "webhook.test",
      data: { webhook: { id: webhook.id } },
    });
  });

  it("200: a receiver that fails is tried once, and the answer says how it failed", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin());
    const { webhook } = await unwrap(admin.createWebhook({ body: { url: "http://127.0.0.1:9/", active: false } }));
    const { delivery } = await unwrap(admin.testWebhook({ webhookId: webhook.id }));
    expect(delivery).toMatchObject({
      status: "dead",
      attempts: [{ error: "The connection failed (ECONNREFUSED)" }],
    });
    const { deliveries } = await unwrap(admin.listWebhookDeliveries({ webhookId: webhook.id }));
    expect(deliveries).toEqual([delivery]);
  });

  it("404 webhook_not_found, 409 webhooks_not_configured", async () => {
    const { as, given, database } = await registry();
    const person = await given.admin();
    const unknown = { webhookId: crypto.randomUUID() };
    expect(await as(person).testWebhook(unknown)).toBeProblem(404, "webhook_not_found");
    const bare = await registry({ WEBHOOK_KEY: undefined }, { database });
    expect(await bare.as(person).testWebhook(unknown)).toBeProblem(409, "webhooks_not_configured");
  });
});
