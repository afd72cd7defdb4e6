import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { startReceiver } from "./receiver.ts";
import { registry } from "./registry.ts";

describe("listWebhookDeliveries", () => {
  it("200: newest first, page by page, by status", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin());
    const receiver = await startReceiver((response, number) => void response.writeHead(number === 2 ? 500 : 204).end());
    const { webhook } = await unwrap(admin.createWebhook({ body: { url: receiver.url, active: false } }));
    const sent = [];
    for (let index = 0; index < 3; index += 1) {
      sent.push((await unwrap(admin.testWebhook({ webhookId: webhook.id }))).delivery);
    }
    const list = (query: object) => unwrap(admin.listWebhookDeliveries({ webhookId: webhook.id, ...query }));
    const first = await list({ limit: 2 });
    const second = await list({ limit: 2, cursor: first.nextCursor });
    expect([...first.deliveries, ...second.deliveries]).toEqual(sent.toReversed());
    expect((await list({ status: "dead" })).deliveries).toEqual([sent[1]]);
    expect((await list({ status: "pending" })).deliveries).toEqual([]);
  });

  it("404 webhook_not_found", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin());
    expect(await admin.listWebhookDeliveries({ webhookId: crypto.randomUUID() })).toBeProblem(404, "webhook_not_found");
  });
});
