import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";

describe("deleteWebhook", () => {
  it("204: it is gone with its deliveries; audited", async () => {
    const { as, given, database } = await registry();
    const admin = as(await given.admin());
    const { webhook } = await unwrap(admin.createWebhook({ body: { url: "http://127.0.0.1:9/a" } }));
    await unwrap(admin.testWebhook({ webhookId: webhook.id }));
    expect(await admin.deleteWebhook({ webhookId: webhook.id })).toMatchObject({ status: 204 });
    expect(await database.query("SELECT FROM registry.webhook_deliveries")).toEqual([]);
    const audit = "SELECT action FROM registry.audit_log WHERE resource_type = 'webhook' ORDER BY id";
    expect(await database.query(audit)).toEqual([{ action: "webhook.created" }, { action: "webhook.deleted" }]);
    expect(await admin.deleteWebhook({ webhookId: webhook.id })).toBeProblem(404, "webhook_not_found");
  });
});
