import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";

describe("rotateWebhookSecret", () => {
  it("200: another secret each time, the same for one Idempotency-Key", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin());
    const { webhook, secret } = await unwrap(admin.createWebhook({ body: { url: "http://127.0.0.1:9/a" } }));
    const rotate = (idempotencyKey: string) =>
      unwrap(admin.rotateWebhookSecret({ webhookId: webhook.id }, { idempotencyKey }));
    const [first, again, second] = [await rotate("a"), await rotate("a"), await rotate("b")];
    expect(again).toEqual(first);
    expect(new Set([secret, first.secret, second.secret]).size).toBe(3);
    expect(first.webhook).toMatchObject({ id: webhook.id, rotatedAt: expect.any(String) });
  });

  it("404 webhook_not_found, 409 webhooks_not_configured", async () => {
    const { as, given, database } = await registry();
    const person = await given.admin();
    const unknown = { webhookId: crypto.randomUUID() };
    expect(await as(person).rotateWebhookSecret(unknown)).toBeProblem(404, "webhook_not_found");
    const bare = await registry({ WEBHOOK_KEY: undefined }, { database });
    expect(await bare.as(person).rotateWebhookSecret(unknown)).toBeProblem(409, "webhooks_not_configured");
  });
});
