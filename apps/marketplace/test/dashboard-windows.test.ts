import { unwrap } from "@nofx/client";
import { expect, it } from "vitest";
import { counted, daysAgo, report, run, withRuns } from "./runs.ts";
import { random } from "./slow-analytics.ts";
import { workflow } from "./templates.ts";

const outcomes = ["succeeded", "failed", "cancelled", "invalid"] as const;
const templateIds = ["release-notes", "planner", "secret", "theirs"] as const;

it("the last 30 days are the same from what templates are compared by, from their days, and from some of each", async () => {
  const { world, acme, globex } = await withRuns();
  const { database } = world;
  await unwrap(acme.publishTemplate({ body: workflow({ templateId: "planner" }), visibility: "public" }));
  await unwrap(acme.publishTemplate({ body: workflow({ templateId: "secret" }) }));
  await unwrap(globex.publishTemplate({ body: workflow({ templateId: "theirs" }), visibility: "public" }));
  const next = random(11);
  const among = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)] as T;
  const told = (tenant: "acme" | "globex", ids: readonly string[]) =>
    Array.from({ length: 60 }, () => {
      const templateId = among(ids);
      const isOwn = (templateId === "theirs") === (tenant === "globex");
      return run({
        tenant: templateId === "theirs" ? "globex" : "acme",
        templateId,
        outcome: among(outcomes),
        occurredAt: daysAgo(next() * 6.9),
        sample: isOwn && next() < 0.2,
        ...(next() < 0.5 && { tokens: Math.floor(next() * 1_000), costUsd: Math.floor(next() * 1_000) / 1_000 }),
      });
    });
  await report(acme, told("acme", templateIds));
  await report(globex, told("globex", ["release-notes", "planner", "theirs"]));
  await counted(world);
  // Some days go back behind what can be reported, and out of the seven days that trends are of.
  await database.query("UPDATE marketplace.template_days SET day = day - 20 WHERE day < current_date - 3");
  await database.query("UPDATE marketplace.template_popularity SET as_of_day = as_of_day - 1");
  const answers = async () => {
    const shown = await Promise.all(
      [acme, globex].flatMap((client) => [
        unwrap(client.getAnalyticsDashboard()),
        unwrap(client.getAnalyticsDashboard({ scope: "visible" })),
      ]),
    );
    return shown.map(({ asOf, trending, ...rest }) => ({
      ...rest,
      trending: trending.templates.map(({ score, ...template }) => template),
    }));
  };
  const fromDays = await answers();
  expect(fromDays.map(({ totals }) => totals.runs).every((runs) => runs > 20)).toBe(true);
  expect(fromDays[1]?.trending.length).toBeGreaterThan(1);
  // Runs of three templates count these anew; the fourth waits.
  await report(
    acme,
    templateIds.slice(0, 3).map((templateId) => run({ templateId })),
  );
  await counted(world);
  const standing = () =>
    database.query(
      "SELECT DISTINCT as_of_day = (now() AT TIME ZONE 'UTC')::date AS today FROM marketplace.template_popularity",
    );
  expect(await standing()).toHaveLength(2);
  const fromSomeOfEach = await answers();
  await database.query("UPDATE marketplace.template_popularity SET as_of_day = as_of_day - 1");
  expect(await answers()).toEqual(fromSomeOfEach);
  expect(fromSomeOfEach[0]?.totals.runs).toBe((fromDays[0]?.totals.runs ?? 0) + 3);
});
