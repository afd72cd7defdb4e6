import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { deliveriesWhen, hookTo, startReceiver } from "./receiver.ts";
import { registry } from "./registry.ts";

describe("replayWebhookDelivery", () => {
  it("200: it is sent again under the same id, and its attempts are kept; audited", async () => {
    const { as, given, database } = await registry();
    const admin = as(await given.admin());
    const receiver = await startReceiver();
    const { webhook } = await hookTo(admin, receiver);
    await unwrap(admin.publishAgent({ body: given.manifest() }));
    const [first] = await deliveriesWhen(admin, webhook.id, ([delivery]) => delivery?.status === "delivered");
    const order = { webhookId: webhook.id, deliveryId: first?.id ?? "" };
    const { delivery } = await unwrap(admin.replayWebhookDelivery(order));
    expect(delivery).toMatchObject({ id: first?.id, status: "pending" });
    const [second] = await deliveriesWhen(admin, webhook.id, ([again]) => again?.attempts.length === 2);
    expect(second).toMatchObject({ id: first?.id, status: "delivered" });
    expect(receiver.received.map(({ headers }) => headers["webhook-id"])).toEqual([first?.id, first?.id]);
    const audit = "SELECT details FROM registry.audit_log WHERE action = 'webhook.replayed'";
    expect(await database.query(audit)).toEqual([{ details: { delivery: first?.id } }]);
  });

  it("404 webhook_not_found, 404 delivery_not_found, 409 webhook_inactive", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin());
    const url = "http://127.0.0.1:9/";
    const active = await unwrap(admin.createWebhook({ body: { url } }));
    const inactive = await unwrap(admin.createWebhook({ body: { url, active: false } }));
    const { delivery } = await unwrap(admin.testWebhook({ webhookId: inactive.webhook.id }));
    const replay = (webhookId: string) => admin.replayWebhookDelivery({ webhookId, deliveryId: delivery.id });
    expect(await replay(crypto.randomUUID())).toBeProblem(404, "webhook_not_found");
    expect(await replay(active.webhook.id)).toBeProblem(404, "delivery_not_found");
    expect(await replay(inactive.webhook.id)).toBeProblem(409, "webhook_inactive");
  });
});
