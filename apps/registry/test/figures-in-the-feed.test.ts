import { unwrap } from "@nofx/client";
import { agentFiguresChanged } from "@nofx/contract-registry";
import { inTenant } from "@nofx/db-kit";
import { expect, it } from "vitest";
import { tellFigures } from "../src/records/tell-figures.ts";
import { holdSource, keepNews } from "../src/usage/usage-source.store.ts";
import { publishSome } from "./records.ts";
import { type RegistryClient, registry, type TestRegistry } from "./registry.ts";

const holder = "0199f3a2-7b1c-4d5e-8f00-3c2a1b4d5e6f";
const dayMs = 24 * 60 * 60_000;
const start = Date.parse("2026-11-23T09:30:00Z");

const day = (agentId: string, more: { succeeded?: number; day?: string; tenant?: string } = {}) => ({
  tenant: "acme",
  agentId,
  version: "1.0.0",
  day: "2026-11-22",
  sample: false,
  succeeded: 1,
  failed: 0,
  cancelled: 0,
  invalid: 0,
  durationMs: 10,
  lastAt: "2026-11-22T09:00:00.000Z",
  ...more,
});

const figures = async (client: RegistryClient) => {
  const { changes } = await unwrap(client.listChanges({ limit: 1000 }));
  return changes
    .filter(({ type }) => type === agentFiguresChanged)
    .map(({ visibility, resourceType, tenant, resourceId }) => `${visibility} ${resourceType} ${tenant}/${resourceId}`);
};

const unpaused = ({ database }: TestRegistry) =>
  database.query("UPDATE registry.agent_figures SET told_at = now() - interval '5 minutes'");

const world = async () => {
  let now = start;
  const registered = await registry({}, { now: () => new Date(now) });
  await publishSome(registered);
  const { db } = registered.deps;
  await holdSource(db, holder);
  return {
    registered,
    service: registered.as(await registered.given.service()),
    learn: (...days: ReturnType<typeof day>[]) => keepNews(db, holder, { days, next: "x", isFull: false }),
    tell: async () => {
      while ((await tellFigures(registered.deps)) > 0);
    },
    pass: (days: number) => {
      now += days * dayMs;
    },
  };
};

const shown = "public agent acme/greeter";
const hidden = "private agent acme/hidden";

it("figures that change are told, to whoever may read the agent, once in five minutes; unknown agents are not", async () => {
  const { registered, service, learn, tell } = await world();
  await learn(day("greeter"), day("hidden"), day("nobody"));
  await tell();
  await expect.poll(async () => (await figures(service)).sort()).toEqual([hidden, shown]);
  expect(await figures(registered.anonymous)).toEqual([shown]);

  await learn(day("greeter", { succeeded: 2 }));
  await tell();
  expect(await figures(service)).toHaveLength(2);
  await unpaused(registered);
  await tell();
  await expect.poll(() => figures(registered.anonymous)).toEqual([shown, shown]);

  // The same again is nothing new; a day without counts is gone.
  await unpaused(registered);
  await learn(day("greeter", { succeeded: 2 }));
  await tell();
  expect(await figures(registered.anonymous)).toHaveLength(2);
  await learn(day("greeter", { succeeded: 0 }));
  await tell();
  await expect.poll(() => figures(registered.anonymous)).toHaveLength(3);
});

it("figures that change as days go by are told on the day that they do", async () => {
  const { registered, service, learn, tell, pass } = await world();
  await learn(day("greeter", { day: "2026-11-20" }), day("hidden", { day: "2026-11-21" }));
  await tell();
  await expect.poll(() => figures(service)).toHaveLength(2);
  await unpaused(registered);
  const runs = async () =>
    (await unwrap(service.listAgentRecords({ limit: 2 }))).records.map(({ usage }) => usage.runs30d);
  pass(26);
  await tell();
  expect([await runs(), await figures(service)]).toEqual([
    [1, 1],
    [expect.anything(), expect.anything()],
  ]);
  pass(1);
  await tell();
  expect(await runs()).toEqual([0, 1]);
  await expect.poll(async () => (await figures(service)).slice(2)).toEqual([shown]);
  pass(1);
  await unpaused(registered);
  await tell();
  expect(await runs()).toEqual([0, 0]);
  await expect.poll(async () => (await figures(service)).slice(3)).toEqual([hidden]);
});

it("nobody but the service itself writes down what is to be told", async () => {
  const { registered } = await world();
  const scope = { tenantId: "acme", subject: "x", role: "member", correlationId: "x" } as never;
  const wrote = inTenant(registered.deps.db, scope, (trx) =>
    trx.insertInto("agent_figures").values({ tenant_id: "acme", agent_id: "greeter" }).execute(),
  );
  await expect(wrote).rejects.toThrow("row-level security");
});
