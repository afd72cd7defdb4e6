import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import type { TestMarketplace } from "./marketplace.ts";
import { counted, daysAgo, report, run, runs, withRuns } from "./runs.ts";
import { workflow } from "./templates.ts";

const categories = async ({ operator }: TestMarketplace): Promise<void> => {
  for (const categoryId of ["engineering", "planning"]) {
    await unwrap(operator.putCategory({ categoryId, body: { name: categoryId } }));
  }
};

/** Acme has three templates more, one of them private; globex has one. */
const withTemplates = async () => {
  const kit = await withRuns();
  await categories(kit.world);
  const named = (templateId: string, name = templateId) => workflow({ templateId, name });
  const open = { visibility: "public" as const };
  await unwrap(kit.acme.publishTemplate({ body: { ...named("planner"), category: "planning" }, ...open }));
  await unwrap(kit.acme.publishTemplate({ body: named("formula", '=HYPERLINK("x")'), ...open }));
  await unwrap(kit.acme.publishTemplate({ body: named("secret") }));
  await unwrap(kit.globex.publishTemplate({ body: named("theirs"), ...open }));
  return kit;
};

const tableOf = async (world: TestMarketplace, token: string, query = ""): Promise<string[]> => {
  const response = await world.fetch(`http://marketplace.test/api/analytics/templates${query}`, {
    headers: { accept: "text/csv", authorization: `Bearer ${token}` },
  });
  expect(response.headers.get("content-type")).toMatch(/^text\/csv/);
  return (await response.text()).split("\r\n");
};

describe("getAnalyticsDashboard", () => {
  it("200: of one's own templates by default: totals, the most frequent, categories and ratings", async () => {
    const { world, acme, globex } = await withTemplates();
    await report(acme, [
      ...runs(3, { tokens: 10, costUsd: 0.25 }),
      ...runs(2, { templateId: "planner", outcome: "failed" }),
      run({ templateId: "secret" }),
    ]);
    await report(globex, [...runs(4, { tenant: "acme", templateId: "planner" }), run({ templateId: "theirs" })]);
    await unwrap(globex.rateTemplate({ templateId: "planner", tenant: "acme", body: { rating: 4 } }));
    await counted(world);
    const shown = await unwrap(acme.getAnalyticsDashboard());
    expect(shown).toMatchObject({ scope: "own", includesSample: false });
    expect(shown.totals).toMatchObject({
      runs: 10,
      succeeded: 8,
      failed: 2,
      templates: 3,
      tokens: { total: 30, runs: 3 },
    });
    expect(shown.top.map(({ templateId, runs }) => [templateId, runs])).toEqual([
      ["planner", 6],
      ["release-notes", 3],
      ["secret", 1],
    ]);
    expect(shown.categories.map(({ category, runs, templates }) => [category, runs, templates])).toEqual([
      ["planning", 6, 1],
      ["engineering", 4, 2],
    ]);
    expect(shown.ratings).toEqual({ count: 1, average: 4, histogram: { 1: 0, 2: 0, 3: 0, 4: 1, 5: 0 } });
  });

  it("200: of all that one may read, without the tokens, cost and private templates of others", async () => {
    const { world, acme, globex } = await withTemplates();
    await report(acme, [run({ templateId: "secret" }), ...runs(2, { tokens: 10, costUsd: 0.25 })]);
    await report(globex, [run({ templateId: "theirs", tokens: 7 })]);
    await counted(world);
    const shown = await unwrap(globex.getAnalyticsDashboard({ scope: "visible" }));
    expect(shown.totals).toMatchObject({ runs: 3, templates: 2 });
    expect([shown.totals.tokens, shown.totals.cost]).toEqual([undefined, undefined]);
    expect(shown.top.map(({ templateId, runs, tokens }) => [templateId, runs, tokens?.total])).toEqual([
      ["release-notes", 2, undefined],
      ["theirs", 1, 7],
    ]);
    expect(JSON.stringify(shown)).not.toContain("secret");
    expect((await unwrap(acme.getAnalyticsDashboard())).totals.runs).toBe(3);
  });

  it("200: trending takes 10 runs in 7 days, and counts what is younger for more", async () => {
    const { world, acme } = await withTemplates();
    await report(acme, [
      ...runs(9),
      ...runs(14, { templateId: "planner", occurredAt: daysAgo(6) }),
      ...runs(10, { templateId: "formula" }),
    ]);
    await counted(world);
    const { trending } = await unwrap(acme.getAnalyticsDashboard());
    expect(trending.floor).toEqual({ runs: 10, days: 7 });
    expect(trending.templates.map(({ templateId, runs7d }) => [templateId, runs7d])).toEqual([
      ["formula", 10],
      ["planner", 14],
    ]);
    expect(trending.templates[0]?.score).toBeCloseTo(10, 1);
    expect(trending.templates[1]?.score).toBeCloseTo(14 / 4, 1);
  });

  it("200: counts the days that were asked for, and says when samples are in it", async () => {
    const { world, acme } = await withTemplates();
    await report(acme, [run({ occurredAt: daysAgo(3), sample: true }), ...runs(2)]);
    await counted(world);
    const today = new Date().toISOString().slice(0, 10);
    const now = await unwrap(acme.getAnalyticsDashboard({ from: today }));
    expect([now.totals.runs, now.includesSample]).toEqual([2, false]);
    const before = await unwrap(acme.getAnalyticsDashboard({ to: today }));
    expect([before.totals.runs, before.includesSample, before.top[0]?.includesSample]).toEqual([1, true, true]);
  });

  it("200 as text/csv: every template that was run, names that look like formulas as text", async () => {
    const { world, acme, people } = await withTemplates();
    await report(acme, [...runs(2, { templateId: "formula", tokens: 3 }), run({ outcome: "cancelled" })]);
    await counted(world);
    expect(await tableOf(world, people.acme.token)).toEqual([
      "tenant,templateId,name,runs,succeeded,failed,cancelled,invalid,successRate,tokens,tokensToldBy,costUsd,costToldBy,sample",
      `acme,formula,"'=HYPERLINK(""x"")",2,2,0,0,0,1,6,2,0,0,false`,
      "acme,release-notes,Release Notes,1,0,0,1,0,,0,0,0,0,false",
      "",
    ]);
    expect((await tableOf(world, people.globex.token, "?scope=visible"))[2]).toBe(
      "acme,release-notes,Release Notes,1,0,0,1,0,,,,,,false",
    );
  });

  it("400 request_invalid, 401: more than 400 days, and without a token", async () => {
    const { world, acme } = await withRuns();
    expect(await acme.getAnalyticsDashboard({ from: "2024-01-01" })).toBeProblem(400, "request_invalid");
    expect(await world.anonymous.getAnalyticsDashboard()).toBeProblem(401, "unauthenticated");
  });
});
