import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { deliveriesWhen, startReceiver } from "./receiver.ts";
import { registry } from "./registry.ts";

const body = { status: "dead" } as const;

describe("replayWebhookDeliveries", () => {
  it("200: all dead deliveries are sent again, or those since a time; others are not", async () => {
    let aheadMs = 0;
    const { as, given, deps } = await registry({}, { now: () => new Date(Date.now() + aheadMs) });
    const admin = as(await given.admin());
    const receiver = await startReceiver((response, number) => void response.writeHead(number < 4 ? 500 : 204).end());
    const { webhook } = await unwrap(admin.createWebhook({ body: { url: receiver.url, types: ["agent.*"] } }));
    const { id: webhookId } = webhook;
    for (let index = 0; index < 3; index += 1) {
      await unwrap(admin.testWebhook({ webhookId }));
      aheadMs += 60_000;
    }
    const since = new Date(deps.now().getTime() - 90_000).toISOString();
    expect(await unwrap(admin.replayWebhookDeliveries({ webhookId, body: { ...body, since } }))).toEqual({
      replayed: 1,
      more: false,
    });
    const [first, , third] = await deliveriesWhen(admin, webhookId, (all) => all[0]?.status === "delivered");
    expect([first?.status, third?.attempts.length]).toEqual(["dead", 2]);
    expect(await unwrap(admin.replayWebhookDeliveries({ webhookId, body }))).toEqual({ replayed: 2, more: false });
    await deliveriesWhen(admin, webhookId, (all) => all.every(({ status }) => status === "delivered"));
    expect(await unwrap(admin.replayWebhookDeliveries({ webhookId, body }))).toEqual({ replayed: 0, more: false });
  });

  it("404 webhook_not_found, 409 webhook_inactive", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin());
    const { webhook } = await unwrap(admin.createWebhook({ body: { url: "http://127.0.0.1:9/", active: false } }));
    const replay = (webhookId: string) => admin.replayWebhookDeliveries({ webhookId, body });
    expect(await replay(crypto.randomUUID())).toBeProblem(404, "webhook_not_found");
    expect(await replay(webhook.id)).toBeProblem(409, "webhook_inactive");
  });
});
