import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";

describe("getWebhook", () => {
  it("200: what was created, without its secret", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin("acme"));
    const { webhook } = await unwrap(admin.createWebhook({ body: { url: "http://127.0.0.1:9/a" } }));
    expect(await unwrap(admin.getWebhook({ webhookId: webhook.id }))).toEqual({ webhook });
  });

  it("404 webhook_not_found", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin());
    expect(await admin.getWebhook({ webhookId: crypto.randomUUID() })).toBeProblem(404, "webhook_not_found");
  });
});
