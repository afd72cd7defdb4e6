import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { deliveriesWhen, hookTo, startReceiver } from "./receiver.ts";
import { registry } from "./registry.ts";

describe("updateWebhook", () => {
  it("200: replaces all settings; what is not given takes its default", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin());
    const body = { url: "http://127.0.0.1:9/a", description: "x", types: ["agent.*"] };
    const { webhook } = await unwrap(admin.createWebhook({ body }));
    const changed = await unwrap(
      admin.updateWebhook({ webhookId: webhook.id, body: { url: "http://127.0.0.1:9/b", active: false } }),
    );
    expect(changed.webhook).toEqual({
      id: webhook.id,
      url: "http://127.0.0.1:9/b",
      types: ["*"],
      active: false,
      createdBy: webhook.createdBy,
      createdAt: webhook.createdAt,
      updatedAt: expect.any(String),
    });
  });

  it("while it is inactive nothing is kept for it; what waited before goes on when it is active again", async () => {
    let aheadMs = 0;
    const { as, given, deps } = await registry({}, { now: () => new Date(Date.now() + aheadMs) });
    const admin = as(await given.admin());
    const publish = (agentId: string) => unwrap(admin.publishAgent({ body: given.manifest({ agentId }) }));
    const receiver = await startReceiver((response, number) => void response.writeHead(number === 1 ? 500 : 204).end());
    const { webhook } = await hookTo(admin, receiver);
    const setActive = (active: boolean) =>
      unwrap(admin.updateWebhook({ webhookId: webhook.id, body: { url: receiver.url, types: ["agent.*"], active } }));
    await publish("before");
    await deliveriesWhen(admin, webhook.id, ([first]) => first?.attempts.length === 1);
    await setActive(false);
    await publish("meanwhile");
    const isInFeed = ({ resourceId }: { resourceId: string }) => resourceId === "meanwhile";
    while (!(await unwrap(admin.listChanges({ wait: 1 }))).changes.some(isInFeed));
    aheadMs = 60_000;
    deps.webhooks.kick();
    await setActive(true);
    await publish("after");
    await receiver.until(3);
    expect(receiver.agents().sort()).toEqual(["after", "before", "before"]);
  });

  it("404 webhook_not_found, 422 webhook_target_refused", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin());
    const { webhook } = await unwrap(admin.createWebhook({ body: { url: "http://127.0.0.1:9/a" } }));
    const to = (webhookId: string, url: string) => admin.updateWebhook({ webhookId, body: { url } });
    expect(await to(crypto.randomUUID(), "http://127.0.0.1:9/b")).toBeProblem(404, "webhook_not_found");
    expect(await to(webhook.id, "https://10.0.0.1/")).toBeProblem(422, "webhook_target_refused");
  });
});
