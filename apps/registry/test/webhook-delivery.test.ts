import { unwrap } from "@nofx/client";
import { inTenant } from "@nofx/db-kit";
import { Webhook as Verifier } from "standardwebhooks";
import { describe, expect, it, vi } from "vitest";
import { claimDue, saveAttempt } from "../src/webhooks/delivery-queue.store.ts";
import { webhookService } from "../src/webhooks/dispatch-changes.ts";
import { deliveriesWhen, hookTo, startReceiver } from "./receiver.ts";
import { registry } from "./registry.ts";

const minuteMs = 60_000;
const isAll =
  (status: string, count = 1) =>
  (deliveries: readonly { status: string }[]) =>
    deliveries.filter((delivery) => delivery.status === status).length === count;

/** A registry whose clock the test puts forward. */
const timed = async (env: Record<string, string> = {}) => {
  let aheadMs = 0;
  const kit = await registry(env, { now: () => new Date(Date.now() + aheadMs) });
  const admin = kit.as(await kit.given.admin("acme"));
  const publish = (agentId: string, client = admin) =>
    unwrap(client.publishAgent({ body: kit.given.manifest({ agentId }) }));
  const later = (ms: number): void => {
    aheadMs += ms;
    kit.deps.webhooks.kick();
  };
  return { ...kit, admin, publish, later };
};

const signatures = (header: unknown): string[] => String(header).split(" ");

describe("delivering to webhooks", () => {
  it("posts each change once, signed so that the standard's own library accepts it", async () => {
    const { admin, publish } = await timed();
    const receiver = await startReceiver();
    const { secret, webhook } = await hookTo(admin, receiver);
    for (const name of ["a", "b", "c"]) await publish(name);
    await receiver.until(3);
    const { changes } = await unwrap(admin.listChanges());
    for (const { headers, body, event } of receiver.received) {
      expect(new Verifier(secret).verify(body, headers as Record<string, string>)).toEqual(event);
      expect(headers).toMatchObject({ "content-type": "application/json", "user-agent": "NOFX-Webhooks/1.0" });
      const change = changes.find(({ id }) => id === event.data.change?.id);
      expect(event).toEqual({ type: "agent.version_published", timestamp: change?.at, data: { change } });
    }
    expect(receiver.agents().sort()).toEqual(["a", "b", "c"]);
    const deliveries = await deliveriesWhen(admin, webhook.id, isAll("delivered", 3));
    expect(deliveries.map(({ id }) => id).sort()).toEqual(
      receiver.received.map(({ headers }) => headers["webhook-id"]).sort(),
    );
    expect(deliveries[0]?.attempts).toEqual([
      { at: expect.any(String), durationMs: expect.any(Number), status: 204, answer: "" },
    ]);
  });

  it("sends only the types that were asked for, and only from when it was created on", async () => {
    const { admin, publish } = await timed();
    await publish("before");
    const isInFeed = ({ resourceId }: { resourceId: string }) => resourceId === "before";
    while (!(await unwrap(admin.listChanges({ wait: 1 }))).changes.some(isInFeed));
    const [wanting, other] = [await startReceiver(), await startReceiver()];
    const hook = await hookTo(admin, other, ["agent.rolled_back", "token.*"]);
    await hookTo(admin, wanting);
    await publish("after");
    await wanting.until(1);
    expect(wanting.agents()).toEqual(["after"]);
    expect((await unwrap(admin.listWebhookDeliveries({ webhookId: hook.webhook.id }))).deliveries).toEqual([]);
  });

  it("sends nothing of other tenants, not even what is public", async () => {
    const { admin, as, given, publish } = await timed();
    const receiver = await startReceiver();
    await hookTo(admin, receiver, ["*"]);
    const bob = as(await given.publisher("globex"));
    await unwrap(bob.publishAgent({ body: given.manifest({ agentId: "open-b" }), visibility: "public" }));
    await publish("mine");
    await vi.waitFor(() => expect(receiver.agents()).toContain("mine"));
    expect(receiver.agents()).toEqual(["mine"]);
  });

  it("tries again after 5 seconds, 5 minutes …, under the same id, until it is delivered", async () => {
    const { admin, publish, later } = await timed();
    const receiver = await startReceiver(
      (response, number) => void response.writeHead(number < 3 ? 500 : 200).end(`#${number}`),
    );
    const { webhook } = await hookTo(admin, receiver);
    await publish("a");
    const attempted = (count: number) => (all: readonly { attempts: readonly unknown[] }[]) =>
      all[0]?.attempts.length === count;
    await deliveriesWhen(admin, webhook.id, attempted(1));
    later(4_000);
    expect(receiver.received).toHaveLength(1);
    later(3_000);
    await deliveriesWhen(admin, webhook.id, attempted(2));
    later(6.1 * minuteMs);
    const [delivery] = await deliveriesWhen(admin, webhook.id, isAll("delivered"));
    expect(delivery?.attempts).toMatchObject([
      { status: 500, answer: "#1" },
      { status: 500, answer: "#2" },
      { status: 200, answer: "#3" },
    ]);
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"]))).toEqual(new Set([delivery?.id]));
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
  });

  it("gives up after eight attempts; metrics tell", async () => {
    const { admin, publish, later, metrics } = await timed();
    const receiver = await startReceiver((response) => void response.writeHead(503).end());
    const { webhook } = await hookTo(admin, receiver);
    await publish("a");
    for (let attempt = 1; attempt < 8; attempt += 1) {
      await deliveriesWhen(admin, webhook.id, ([delivery]) => delivery?.attempts.length === attempt);
      if (attempt === 1) expect(await metrics()).toMatch(/nofx_webhook_deliveries_pending\{.*\} 1/);
      later(13 * 60 * minuteMs);
    }
    await deliveriesWhen(admin, webhook.id, isAll("dead"));
    expect(receiver.received).toHaveLength(8);
    const text = await metrics();
    expect(text).toMatch(/nofx_webhook_attempts_total\{.*outcome="dead".*\} 1/);
    expect(text).toMatch(/nofx_webhook_attempts_total\{.*outcome="pending".*\} 7/);
    expect(text).toMatch(/nofx_webhook_oldest_pending_seconds\{.*\} 0/);
  });

  it("waits as long as the receiver asks for", async () => {
    const { admin, publish, later } = await timed();
    const receiver = await startReceiver(
      (response, number) => void response.writeHead(number === 1 ? 429 : 204, { "retry-after": "3600" }).end(),
    );
    const { webhook } = await hookTo(admin, receiver);
    await publish("a");
    const [waiting] = await deliveriesWhen(admin, webhook.id, ([delivery]) => delivery?.attempts.length === 1);
    const waitMs = Date.parse(waiting?.nextAttemptAt ?? "") - Date.parse(waiting?.attempts[0]?.at ?? "");
    expect(waitMs).toBeGreaterThanOrEqual(60 * minuteMs);
    later(61 * minuteMs);
    await deliveriesWhen(admin, webhook.id, isAll("delivered"));
  });

  it("follows no redirect, and keeps no secret of what it was told", async () => {
    const { admin, publish } = await timed();
    const receiver = await startReceiver((response) => void response.writeHead(307, { location: "/elsewhere" }).end());
    const { webhook } = await hookTo(admin, receiver);
    await publish("a");
    const [delivery] = await deliveriesWhen(admin, webhook.id, ([first]) => first?.attempts.length === 1);
    expect(delivery).toMatchObject({ status: "pending", attempts: [{ status: 307 }] });
    expect(receiver.received).toHaveLength(1);
  });

  it("stops for good when the receiver answers 410 Gone, and the owner learns why", async () => {
    const { admin, publish } = await timed();
    const receiver = await startReceiver((response) => void response.writeHead(410).end());
    const { webhook } = await hookTo(admin, receiver);
    await publish("a");
    await deliveriesWhen(admin, webhook.id, isAll("dead"));
    const after = await unwrap(admin.getWebhook({ webhookId: webhook.id }));
    expect(after.webhook).toMatchObject({ active: false, disabledReason: expect.stringContaining("410") });
    const types = async () => (await unwrap(admin.listChanges({ wait: 1 }))).changes.map(({ type }) => type);
    await vi.waitFor(async () => expect(await types()).toContain("webhook.disabled"));
    await publish("b");
    await vi.waitFor(async () => expect((await types()).filter((type) => type.startsWith("agent."))).toHaveLength(2));
    expect(receiver.received).toHaveLength(1);
  });

  it("a receiver that does not answer holds nobody else up", async () => {
    const { admin, as, given, publish } = await timed();
    const silent = await startReceiver(() => undefined);
    await hookTo(admin, silent);
    const bob = as(await given.admin("globex"));
    const receiver = await startReceiver();
    await hookTo(bob, receiver);
    for (let index = 0; index < 12; index += 1) await publish(`a-${index}`);
    await silent.until(4);
    await publish("b-1", bob);
    await receiver.until(1);
    expect(silent.received).toHaveLength(4);
  });

  it("both secrets sign for a day after a rotation, then only the new one", async () => {
    const { admin, publish, later } = await timed();
    const receiver = await startReceiver();
    const { secret: first, webhook } = await hookTo(admin, receiver);
    const { secret: second } = await unwrap(admin.rotateWebhookSecret({ webhookId: webhook.id }));
    await publish("a");
    await receiver.until(1);
    later(24 * 60 * minuteMs);
    await publish("b");
    await receiver.until(2);
    const signed = receiver.received.map(({ headers, body }) => {
      const at = new Date(Number(headers["webhook-timestamp"]) * 1000);
      const by = (secret: string) => new Verifier(secret).sign(headers["webhook-id"], at, body);
      return { is: signatures(headers["webhook-signature"]), second: by(second), first: by(first) };
    });
    expect(signed[0]?.is).toEqual([signed[0]?.second, signed[0]?.first]);
    expect(signed[1]?.is).toEqual([signed[1]?.second]);
  });

  it("is sent again, under the same id, when its process ends between sending and writing it down", async () => {
    const first = await timed();
    const receiver = await startReceiver((response, number) => void (number > 1 && response.writeHead(204).end()));
    const { webhook } = await hookTo(first.admin, receiver);
    await first.publish("a");
    await receiver.until(1);
    await first.deps.webhooks.close();
    const [pending] = await deliveriesWhen(first.admin, webhook.id, isAll("pending"));
    expect(pending?.attempts).toEqual([]);
    const second = await registry({}, { database: first.database, now: () => new Date(Date.now() + 61_000) });
    const [delivered] = await deliveriesWhen(first.admin, webhook.id, isAll("delivered"));
    expect(delivered?.attempts).toHaveLength(1);
    expect(receiver.received.map(({ headers }) => headers["webhook-id"])).toEqual([delivered?.id, delivered?.id]);
    expect(second.deps.webhooks.attempts.get("delivered")).toBe(1);
  });

  it("is not taken over while its lease runs, and whoever comes too late writes nothing down", async () => {
    const first = await timed();
    const { webhook } = await hookTo(first.admin, await startReceiver());
    await first.deps.webhooks.close();
    const dispatcher = await registry({ WEBHOOK_KEY: undefined }, { database: first.database });
    await first.publish("a");
    await deliveriesWhen(first.admin, webhook.id, isAll("pending"));
    const { db } = dispatcher.deps;
    const claim = (at: Date) =>
      inTenant(db, webhookService, (trx) =>
        claimDue(trx, {
          at,
          leaseUntil: new Date(at.getTime() + minuteMs),
          limit: 10,
          perWebhookMax: 4,
          perTenantMax: 4,
          running: {},
        }),
      );
    const now = Date.now() + 1000;
    const claimed = await claim(new Date(now));
    expect(claimed).toMatchObject([{ tenant: "acme", webhookId: webhook.id, attempt: 1 }]);
    expect(await claim(new Date(now + minuteMs - 1))).toEqual([]);
    expect(await claim(new Date(now + minuteMs))).toMatchObject([{ attempt: 2 }]);
    const attempt = { at: new Date(now).toISOString(), durationMs: 1, status: 204 };
    const result = { status: "delivered", nextAttemptAt: new Date(now), deliveredAt: new Date(now) };
    const [late] = claimed;
    if (!late) throw new Error("nothing claimed");
    expect(await inTenant(db, webhookService, (trx) => saveAttempt(trx, late, attempt, result))).toBe(false);
    await deliveriesWhen(first.admin, webhook.id, isAll("pending"));
  });

  it("two replicas deliver each change exactly once", async () => {
    const first = await timed();
    const second = await registry({}, { database: first.database });
    const receiver = await startReceiver();
    const { webhook } = await hookTo(first.admin, receiver);
    const names = Array.from({ length: 30 }, (_, index) => `a-${index}`);
    await Promise.all(names.map((name) => first.publish(name)));
    await deliveriesWhen(first.admin, webhook.id, isAll("delivered", 30));
    expect(receiver.agents().sort()).toEqual([...names].sort());
    const shares = [first, second].map(({ deps }) => deps.webhooks.attempts.get("delivered") ?? 0);
    expect(shares.reduce((sum, share) => sum + share)).toBe(30);
  });

  it("refuses, at delivery, a name that has come to lead inside", async () => {
    const answers = [["127.0.0.1"]];
    const kit = await registry({}, { resolve: async () => answers.shift() ?? ["10.0.0.7"] });
    const admin = kit.as(await kit.given.admin());
    const receiver = await startReceiver();
    const url = receiver.url.replace("127.0.0.1", "hooks.acme.example");
    const { webhook } = await unwrap(admin.createWebhook({ body: { url } }));
    const { delivery } = await unwrap(admin.testWebhook({ webhookId: webhook.id }));
    expect(delivery).toMatchObject({
      status: "dead",
      attempts: [{ error: expect.stringContaining("not on the public network") }],
    });
    expect(JSON.stringify(delivery)).not.toContain("10.0.0.7");
    expect(receiver.received).toEqual([]);
  });
});
