import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { keepHouse } from "../src/housekeeping.ts";
import { registry } from "./registry.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** A tenant's changes and a delivery, and a clock that the test can put forward. */
const aged = async (env: Record<string, string>) => {
  let ahead = 0;
  const kit = await registry(env, { now: () => new Date(Date.now() + ahead) });
  const admin = kit.as(await kit.given.admin());
  const { webhook } = await unwrap(admin.createWebhook({ body: { url: "http://127.0.0.1:9/", active: false } }));
  await unwrap(admin.testWebhook({ webhookId: webhook.id }));
  await unwrap(admin.publishAgent({ body: kit.given.manifest() }));
  const list = () => admin.listChanges({ wait: 1 });
  while (!(await unwrap(list())).changes.some(({ resourceType }) => resourceType === "agent"));
  const deliveries = async () =>
    (await unwrap(admin.listWebhookDeliveries({ webhookId: webhook.id }))).deliveries.length;
  return {
    ...kit,
    list,
    deliveries,
    keepHouse: async (days: number) => {
      ahead = days * dayMs;
      return [(await keepHouse(kit.deps)) > 0, await keepHouse(kit.deps)];
    },
  };
};

describe("housekeeping", () => {
  it("deletes changes past CHANGES_RETENTION_DAYS, and no others; readers from the start are told", async () => {
    const { list, keepHouse } = await aged({ CHANGES_RETENTION_DAYS: "3" });
    expect(await keepHouse(2.9)).toEqual([false, 0]);
    expect(await list()).toMatchObject({ ok: true });
    expect(await keepHouse(3.1)).toEqual([true, 0]);
    expect(await list()).toBeProblem(410, "changes_gone");
  });

  it("keeps changes for ever with CHANGES_RETENTION_DAYS=0, and deliveries for 30 days", async () => {
    const { list, deliveries, keepHouse } = await aged({ CHANGES_RETENTION_DAYS: "0" });
    expect([await keepHouse(29), await deliveries()]).toEqual([[false, 0], 1]);
    expect([await keepHouse(31), await deliveries()]).toEqual([[true, 0], 0]);
    expect(await list()).toMatchObject({ ok: true });
  });
});
