import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";

const url = "http://127.0.0.1:9/hook";

describe("createWebhook", () => {
  it("201: the webhook, and its secret this once; audited, in the feed, without the path of its URL", async () => {
    const { as, given, database, logged } = await registry();
    const admin = as(await given.admin("acme"));
    const created = await admin.createWebhook({ body: { url: `${url}?key=hush`, description: "CI" } });
    expect(created).toMatchObject({
      status: 201,
      body: { secret: expect.stringMatching(/^whsec_/), webhook: { types: ["*"], active: true, description: "CI" } },
    });
    if (!created.ok) return;
    expect(created.headers.get("cache-control")).toBe("no-store");
    const { webhook, secret } = created.body;
    expect((await unwrap(admin.getWebhook({ webhookId: webhook.id }))).webhook).toEqual(webhook);
    const told = await database.query("SELECT action, details FROM registry.audit_log WHERE resource_type = 'webhook'");
    expect(told).toMatchObject([{ action: "webhook.created", details: { origin: "http://127.0.0.1:9" } }]);
    const stored = JSON.stringify([
      told,
      await database.query("SELECT * FROM registry.webhooks"),
      await database.query("SELECT * FROM registry.idempotency_keys"),
    ]);
    expect(stored + logged()).not.toContain(secret.slice(6));
    while (!(await unwrap(admin.listChanges({ wait: 1 }))).changes.some(({ type }) => type === "webhook.created"));
  });

  it("201 again with the same Idempotency-Key: the same webhook and secret, of which only the key is stored", async () => {
    const { as, given, database } = await registry();
    const admin = as(await given.admin());
    const create = () => unwrap(admin.createWebhook({ body: { url } }, { idempotencyKey: "once" }));
    const [first, second] = [await create(), await create()];
    expect(second).toEqual(first);
    const keys = JSON.stringify(await database.query("SELECT * FROM registry.idempotency_keys"));
    expect(keys).toContain(first.webhook.id);
    expect(keys).not.toContain(first.secret.slice(6));
  });

  it.each([
    "http://acme.example/hook",
    "https://0x7f.2:9/hook",
    "https://[::ffff:10.0.0.1]/hook",
    "https://169.254.169.254/latest/meta-data",
    "https://metadata.test/",
    "https://user:pw@public.test/hook",
    "https://nowhere.test/",
    "ftp://public.test/",
    "hook",
  ])("422 webhook_target_refused: %s", async (refused) => {
    const names: Record<string, string[]> = { "public.test": ["8.8.8.8"], "metadata.test": ["169.254.169.254"] };
    const { as, given } = await registry({}, { resolve: async (host) => names[host] ?? [] });
    const answer = await as(await given.admin()).createWebhook({ body: { url: refused } });
    expect(answer).toBeProblem(422, "webhook_target_refused");
    expect(answer).toMatchObject({ problem: { errors: [{ path: "$.url" }] } });
  });

  it("201 for https on the public network", async () => {
    const { as, given } = await registry({}, { resolve: async () => ["8.8.8.8", "2606:4700::1111"] });
    const admin = as(await given.admin());
    expect(await admin.createWebhook({ body: { url: "https://acme.example/hook" } })).toMatchObject({ status: 201 });
  });

  it("409 webhook_limit_reached: twenty at the most, also when many are created at once", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin());
    const answers = await Promise.all(Array.from({ length: 22 }, () => admin.createWebhook({ body: { url } })));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(20);
    for (const answer of answers.filter(({ ok }) => !ok)) expect(answer).toBeProblem(409, "webhook_limit_reached");
  });

  it("409 webhooks_not_configured: no WEBHOOK_KEY", async () => {
    const { as, given } = await registry({ WEBHOOK_KEY: undefined });
    const admin = as(await given.admin());
    expect(await admin.createWebhook({ body: { url } })).toBeProblem(409, "webhooks_not_configured");
  });

  it("400 request_invalid: no types, types that are none", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin());
    for (const types of [[], ["Agent"], ["agent*"], ["*.x"], ["agent."]]) {
      expect(await admin.createWebhook({ body: { url, types } })).toBeProblem(400, "request_invalid");
    }
  });
});
