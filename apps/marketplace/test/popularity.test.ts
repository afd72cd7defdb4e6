import { decayScore, scoreAt, wilsonInterval } from "@nofx/analytics";
import { unwrap } from "@nofx/client";
import type { TenantTransaction } from "@nofx/db-kit";
import { sql } from "kysely";
import { expect, it } from "vitest";
import { recountPopularity, refreshStale } from "../src/analytics/popularity.store.ts";
import type { DB } from "../src/db/schema.gen.ts";
import { marketplace, type TestMarketplace } from "./marketplace.ts";
import { counted, daysAgo, report, run, runs, withRuns } from "./runs.ts";
import { random } from "./slow-analytics.ts";
import { workflow } from "./templates.ts";

const dayMs = 86_400_000;
const soon = { timeout: 5_000 };
const address = { templateId: "release-notes", tenant: "acme" };

interface Kept {
  readonly trend: number;
  readonly success: number | null;
  readonly popularity: number;
  readonly usage: number;
}
const kept = async ({ database }: TestMarketplace): Promise<Kept> => {
  const [row] = await database.query<Kept>(
    "SELECT trend, success, popularity, usage_30d::int AS usage FROM marketplace.template_popularity",
  );
  return row as Kept;
};

it("the fold keeps the trend of all runs, in whatever parts they come, and what the last 30 days add up to", async () => {
  const { world, acme } = await withRuns();
  const next = random(7);
  const all = Array.from({ length: 60 }, () =>
    run({
      occurredAt: new Date(Date.now() - Math.floor(next() * 6.9 * dayMs)).toISOString(),
      outcome: next() < 0.7 ? "succeeded" : "failed",
    }),
  );
  for (let at = 0; at < all.length; at += 13) {
    await report(acme, all.slice(at, at + 13));
    await counted(world);
  }
  const { trend, success, popularity, usage } = await kept(world);
  const times = all.map(({ occurredAt }) => ({ timeMs: Date.parse(occurredAt ?? "") }));
  expect(Math.abs(trend - decayScore(times, 3 * dayMs))).toBeLessThan(1e-9);
  expect(scoreAt(trend, Date.now(), 3 * dayMs)).toBeLessThan(all.length);
  const successes = all.filter(({ outcome }) => outcome === "succeeded").length;
  expect(success).toBeCloseTo(wilsonInterval({ successes, trials: all.length })?.low ?? Number.NaN, 12);
  expect([usage, popularity]).toEqual([60, expect.closeTo(successes, 9)]);
});

it("a template shows how it was run in 30 days: cancelled and invalid runs count, and not for its success", async () => {
  const { world, acme, globex } = await withRuns();
  const { template: before } = await unwrap(acme.getTemplate(address));
  expect(before.popularityScore).toBe(0);
  expect(before.analytics).toEqual({ usageCount30d: 0, successCount30d: 0, failureCount30d: 0, successRate30d: 0 });
  const lastRunAt = daysAgo(1);
  await report(acme, [
    ...runs(3, { durationMs: 2_000, tokens: 10, occurredAt: daysAgo(2) }),
    run({ outcome: "failed", occurredAt: lastRunAt }),
    run({ outcome: "cancelled", occurredAt: daysAgo(2) }),
  ]);
  await report(globex, [run({ tenant: "acme", outcome: "invalid", occurredAt: daysAgo(2) })]);
  await counted(world);
  // What was answered before is kept for up to a second.
  const shown = async () => (await unwrap(acme.getTemplate(address))).template.analytics;
  await expect.poll(async () => (await shown()).usageCount30d, soon).toBe(6);
  for (const client of [acme, globex]) {
    const { template } = await unwrap(client.getTemplate(address));
    expect(template.analytics).toEqual({
      usageCount30d: 6,
      successCount30d: 3,
      failureCount30d: 1,
      successRate30d: 0.75,
      averageDurationSeconds: 2,
      averageTokenUsage: 10,
      lastRunAt,
    });
    expect(template.popularityScore).toBe(6 * 0.75);
    const { templates } = await unwrap(client.listTemplates());
    expect(templates[0]?.popularityScore).toBe(6 * 0.75);
  }
  await report(acme, [run({ sample: true })]);
  await counted(world);
  await expect.poll(async () => (await shown()).sample, soon).toBe(true);
});

it("runs change the ETag, so that nobody is told 304 of old numbers, and refuse nobody's If-Match", async () => {
  const { world, acme } = await withRuns();
  const first = await acme.getTemplate(address);
  const etag = first.headers.get("etag") ?? "";
  expect((await acme.getTemplate(address, { ifNoneMatch: etag })).status).toBe(304);
  await report(acme, [run()]);
  await counted(world);
  await expect.poll(async () => (await acme.getTemplate(address, { ifNoneMatch: etag })).status, soon).toBe(200);
  const body = { status: "deprecated" as const, reason: "There is a better one." };
  const changed = await acme.setTemplateStatus({ templateId: address.templateId, body }, { ifMatch: etag });
  expect(changed.status).toBe(200);
  const again = await acme.setTemplateStatus({ templateId: address.templateId, body }, { ifMatch: etag });
  expect(again).toBeProblem(412, "precondition_failed");
});

it("days leave as time passes, without a run that tells: any number of processes may see to it", async () => {
  let now = new Date();
  const world = await marketplace({}, { now: () => now });
  const acme = world.as(await world.person("publisher", "acme"));
  await unwrap(acme.publishTemplate({ body: workflow() }));
  await report(acme, [run({ occurredAt: daysAgo(3) }), run()]);
  await counted(world);
  const { trend } = await kept(world);
  const after = async (days: number): Promise<Kept> => {
    now = new Date(Date.now() + days * dayMs);
    await Promise.all([refreshStale(world.deps.db, now), refreshStale(world.deps.db, now)]);
    return await kept(world);
  };
  expect((await after(26)).usage).toBe(2);
  expect((await after(27)).usage).toBe(1);
  expect(await after(30)).toEqual({ usage: 0, popularity: 0, success: null, trend });
  expect(await refreshStale(world.deps.db, now)).toBe(0);
});

it("counted anew, popularity is what the rollups that are left give, and nothing if there are none", async () => {
  const { world, acme } = await withRuns();
  await report(acme, [...runs(3), ...runs(5, { sample: true }), run({ occurredAt: daysAgo(3) })]);
  await counted(world);
  const recount = (removed: string) =>
    world.deps.db.kysely.transaction().execute(async (trx) => {
      await sql`SELECT set_config('app.role', 'service', true)`.execute(trx);
      for (const table of ["template_rollups", "template_days"]) {
        await sql`DELETE FROM ${sql.table(table)} WHERE ${sql.raw(removed)}`.execute(trx);
      }
      const scope = { tenantId: address.tenant, subject: "x", role: "member" } as const;
      await recountPopularity(trx as TenantTransaction<DB>, scope, [address], new Date());
    });
  await recount("is_sample");
  const { trend, usage } = await kept(world);
  expect(usage).toBe(4);
  expect(scoreAt(trend, Date.now(), 3 * dayMs)).toBeCloseTo(3.5, 1);
  await recount("true");
  expect(await kept(world)).toBeUndefined();
});
