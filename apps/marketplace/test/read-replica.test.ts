import { unwrap } from "@nofx/client";
import { replicatedDatabase } from "@nofx/testkit/replicated";
import { expect, it } from "vitest";
import { testTrack } from "./marketplace.ts";
import { report } from "./runs.ts";
import { workflow } from "./templates.ts";
import { report as reported, untilFolded, usageWorld } from "./usage.ts";

it("analytics are of the replica, and say up to when; what it does not know yet is looked for on the primary", async () => {
  const database = await replicatedDatabase(testTrack);
  const world = await usageWorld({ DATABASE_READ_URL: database.readUrl }, { database });
  const { acme } = world;
  const of = { templateId: "release-notes" };
  const compared = { ...of, a: "1.0.0", b: "1.1.0" };
  const seen = async () => {
    const csv = await world.fetch("http://marketplace.test/api/templates/release-notes/analytics", {
      headers: { authorization: `Bearer ${world.alice.token}`, accept: "text/csv" },
    });
    return [
      (await unwrap(acme.getTemplateAnalytics(of))).totals.runs,
      (await unwrap(acme.getAnalyticsDashboard())).totals.runs,
      (await unwrap(acme.compareTemplateVersionUsage(compared))).a.runs,
      (await csv.text()).trimEnd().split("\r\n").length - 1,
    ];
  };
  await unwrap(acme.publishTemplate({ body: workflow({ version: "1.1.0", description: "Anew." }) }));
  await report(acme, [reported("one")]);
  await untilFolded(world);
  await database.replica.caughtUp();
  expect(await seen()).toEqual([1, 1, 1, 1]);

  await database.replica.replay(false);
  const pausedAt = Date.now();
  await report(acme, [reported("two"), reported("three", { version: "1.1.0" })]);
  await untilFolded(world);
  expect(await seen()).toEqual([1, 1, 1, 1]);
  const asOf = async () => Date.parse((await unwrap(acme.getTemplateAnalytics(of))).asOf);
  // As soon as it has received something that it has not replayed.
  await expect.poll(asOf).toBeLessThan(pausedAt + 100);
  await unwrap(acme.publishTemplate({ body: workflow({ templateId: "just-now" }) }));
  expect((await unwrap(acme.getTemplateAnalytics({ templateId: "just-now" }))).totals.runs).toBe(0);
  expect(await acme.getTemplateAnalytics({ templateId: "nowhere" })).toBeProblem(404, "template_not_found");

  await database.replica.replay(true);
  await database.replica.caughtUp();
  expect(await seen()).toEqual([3, 3, 2, 2]);
  expect(await asOf()).toBeGreaterThan(pausedAt);
  const ready = await world.fetch("http://marketplace.test/health/ready");
  expect([ready.status, await ready.json()]).toMatchObject([200, { checks: { replica: { answers: "replica" } } }]);
});
