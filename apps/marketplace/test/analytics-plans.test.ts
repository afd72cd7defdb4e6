import { unwrap } from "@nofx/client";
import { expect, it } from "vitest";
import { yearWorld } from "./year-world.ts";

const year = { templates: 40, days: 120, hourlyDays: 3 };
const tables = /template_(rollups|latencies|subjects|failures|days)|(used|trending)_templates/;

it("answers read ranges of indexes, no table from end to end, and as many rows for ten times the runs", async () => {
  const { acme, globex, during } = await yearWorld(year, { plans: true });
  const ask = async (templateId: string, bucket: "hour" | "day", client = acme) => {
    const work = await during(tables, () =>
      unwrap(client.getTemplateAnalytics({ templateId, tenant: "acme", bucket })),
    );
    // Small tables are read from end to end, and so is the queue.
    return { ...work, scanned: work.scanned.filter((table) => tables.test(table)) };
  };
  // On every connection before it counts: a new one reads the catalogue.
  await Promise.all([ask("template-3", "day"), ask("template-4", "day")]);
  for (const bucket of ["day", "hour"] as const) {
    const [often, seldom] = [await ask("template-1", bucket), await ask("template-2", bucket)];
    expect([bucket, often.scanned, seldom.scanned]).toEqual([bucket, [], []]);
    expect(often.rows).toBeGreaterThan(50);
    // But for where the template itself is found in its table.
    expect(Math.abs(often.rows - seldom.rows)).toBeLessThan(year.templates);
    // Two environments, seven rows of each for a day or an hour, this period and the one before.
    expect(often.rows).toBeLessThan(2 * 2 * 8 * 30 + 200);
  }
  const others = await ask("template-1", "day", globex);
  expect(others.scanned).toEqual([]);
  expect(others.rows).toBeLessThan(20);
  for (const [client, scope] of [
    [acme, "own"],
    [globex, "visible"],
  ] as const) {
    const dashboard = await during(/template_(days|popularity)/, () => unwrap(client.getAnalyticsDashboard({ scope })));
    // A few rows for each template, whatever the number of days.
    expect(dashboard.rows, scope).toBeLessThan(year.templates * 8);
    expect(dashboard.rows, scope).toBeGreaterThan(year.templates);
  }
  const visible = await unwrap(globex.getAnalyticsDashboard({ scope: "visible" }));
  expect(visible.totals.templates).toBe(year.templates);
});
