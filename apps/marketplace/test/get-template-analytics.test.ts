import { unwrap } from "@nofx/client";
import type { TemplateAnalytics } from "@nofx/contract-marketplace";
import { describe, expect, it } from "vitest";
import { counted, daysAgo, report, run, runs, withRuns } from "./runs.ts";
import { workflow } from "./templates.ts";

const address = { templateId: "release-notes", tenant: "acme" };
const csv = { headers: { accept: "text/csv" } };

describe("getTemplateAnalytics", () => {
  it("200: every day of the last 30, zeros where nothing was run, and no rate where there is none", async () => {
    const { acme } = await withRuns();
    const shown = await unwrap(acme.getTemplateAnalytics(address));
    expect(shown).toMatchObject({ ...address, scope: "all", bucket: "day", includesSample: false });
    expect(shown.series).toHaveLength(30);
    expect(shown.series.at(-1)).toMatchObject({
      at: `${new Date().toISOString().slice(0, 10)}T00:00:00.000Z`,
      runs: 0,
    });
    expect(shown.totals.runs + shown.previous.change.runs).toBe(0);
    expect([shown.totals.success, shown.totals.duration]).toEqual([undefined, undefined]);
    expect([shown.versions, shown.matrix, shown.failures]).toEqual(Array(3).fill({ items: [], rest: 0 }));
  });

  it("200: a report is in the answer within a second after it was acknowledged", async () => {
    const { acme } = await withRuns();
    await unwrap(acme.getTemplateAnalytics(address));
    for (let n = 1; n <= 5; n += 1) {
      await report(acme, [run()]);
      const acknowledgedAt = performance.now();
      let shown: TemplateAnalytics;
      do shown = await unwrap(acme.getTemplateAnalytics(address));
      while (shown.totals.runs < n && performance.now() - acknowledgedAt < 10_000);
      expect(performance.now() - acknowledgedAt).toBeLessThan(1_000);
    }
  });

  it("200: asOf is the time of the oldest report that waits to be counted, and now if there is none", async () => {
    const { world, acme } = await withRuns();
    await report(acme, [run()]);
    await counted(world);
    const before = new Date().toISOString();
    const { asOf } = await unwrap(acme.getTemplateAnalytics(address));
    expect(asOf >= before).toBe(true);
    // Whoever holds this lock keeps the fold from its work.
    const waiting = "2026-01-01T00:00:00.000Z";
    await world.deps.usage.stop();
    await world.database.query(
      `INSERT INTO marketplace.usage_batches (accepted_at, first_day, last_day, events) VALUES ('${waiting}', '2026-01-01', '2026-01-01', 1)`,
    );
    expect((await unwrap(acme.getTemplateAnalytics(address))).asOf).toBe(waiting);
  });

  it("200: the interval narrows with what is known; cancelled and invalid runs say nothing of the rate", async () => {
    const { world, acme } = await withRuns();
    await report(acme, [...runs(81), ...runs(182, { outcome: "failed" }), ...runs(9, { outcome: "cancelled" })]);
    await report(acme, runs(4, { outcome: "invalid", errorClass: "input" }));
    await counted(world);
    const { totals, failures } = await unwrap(acme.getTemplateAnalytics(address));
    expect(totals).toMatchObject({ runs: 276, succeeded: 81, failed: 182, cancelled: 9, invalid: 4 });
    expect(totals.success?.rate).toBe(81 / 263);
    expect(totals.success?.low).toBeCloseTo(0.2553, 4);
    expect(totals.success?.high).toBeCloseTo(0.3662, 4);
    expect(failures.items).toEqual([
      { outcome: "failed", runs: 182 },
      { outcome: "invalid", errorClass: "input", runs: 4 },
    ]);
  });

  it("200: long lists end, and tell how many runs the others have", async () => {
    const { world, acme } = await withRuns();
    const classes = Array.from({ length: 53 }, (_, n) => `class-${String(n).padStart(2, "0")}`);
    await report(
      acme,
      classes.map((errorClass) => run({ outcome: "failed", errorClass })),
    );
    await counted(world);
    const { failures } = await unwrap(acme.getTemplateAnalytics(address));
    expect([failures.items.length, failures.rest]).toEqual([50, 3]);
  });

  it("200: samples count, and the answer says that they are in it", async () => {
    const { world, acme } = await withRuns();
    await report(acme, [run(), run({ sample: true })]);
    await counted(world);
    expect(await unwrap(acme.getTemplateAnalytics(address))).toMatchObject({
      includesSample: true,
      totals: { runs: 2 },
    });
  });

  it("200: others see their own runs and nothing of anybody else's; no answer names who ran it", async () => {
    const { world, acme, globex } = await withRuns();
    await report(acme, runs(3, { environment: "acme-only", costUsd: 5 }));
    await report(globex, [run({ tenant: "acme", subject: "bob", durationMs: 77 })]);
    await counted(world);
    const mine = await unwrap(globex.getTemplateAnalytics(address));
    expect(mine).toMatchObject({ scope: "own", totals: { runs: 1, uniqueUsers: 1, cost: { usd: 0, runs: 0 } } });
    expect(JSON.stringify(mine)).not.toContain("acme-only");
    const all = await unwrap(acme.getTemplateAnalytics(address));
    expect(all).toMatchObject({ scope: "all", totals: { runs: 4, uniqueUsers: 2, cost: { usd: 15, runs: 3 } } });
    for (const seen of [mine, all]) expect(JSON.stringify(seen)).not.toContain("globex");
    const third = world.as(await world.person("viewer", "initech"));
    expect((await unwrap(third.getTemplateAnalytics(address))).totals.runs).toBe(0);
  });

  it("200 as text/csv: the series by version and environment, without formulas", async () => {
    const { world, acme, globex, people } = await withRuns();
    const occurredAt = daysAgo(1);
    await report(acme, [
      ...runs(2, { environment: "production", occurredAt, tokens: 5, costUsd: 0.5 }),
      run({ version: "1.1.0", occurredAt, outcome: "failed" }),
    ]);
    await report(globex, [run({ tenant: "acme", occurredAt })]);
    await counted(world);
    const response = await world.fetch(
      `http://marketplace.test/api/templates/release-notes/analytics?from=${occurredAt.slice(0, 10)}`,
      { headers: { ...csv.headers, authorization: `Bearer ${people.acme.token}` } },
    );
    expect(response.headers.get("content-type")).toMatch(/^text\/csv/);
    const at = `${occurredAt.slice(0, 10)}T00:00:00.000Z`;
    const p50 = 1.1 ** 72.5;
    const took = `1000,${p50.toFixed(2)},${p50.toFixed(2)}`;
    expect((await response.text()).split("\r\n")).toEqual([
      "at,version,environment,runs,succeeded,failed,cancelled,invalid,successRate,meanMs,p50Ms,p95Ms,tokens,tokensToldBy,costUsd,costToldBy,sample",
      `${at},1.0.0,,1,1,0,0,0,1,${took},0,0,0,0,false`,
      `${at},1.0.0,production,2,2,0,0,0,1,${took},10,2,1,2,false`,
      `${at},1.1.0,,1,0,1,0,0,0,,,,0,0,0,0,false`,
      "",
    ]);
    expect(await globex.getTemplateAnalytics({ templateId: "none" }, csv)).toBeProblem(404, "template_not_found");
  });

  it("400 request_invalid: times that end before they begin, or have too many hours or days", async () => {
    const { acme } = await withRuns();
    for (const asked of [
      { from: "2026-02-01", to: "2026-01-01" },
      { from: "2020-01-01" },
      { from: "2026-01-01", to: "2026-03-01", bucket: "hour" as const },
      { from: "yesterday" },
    ]) {
      expect(await acme.getTemplateAnalytics({ ...address, ...asked })).toBeProblem(400, "request_invalid");
    }
  });

  it("401 and 404 template_not_found: without a token, and of a template that is private or not there", async () => {
    const { world, acme, globex } = await withRuns();
    await unwrap(acme.publishTemplate({ body: workflow({ templateId: "hidden" }) }));
    expect(await world.anonymous.getTemplateAnalytics(address)).toBeProblem(401, "unauthenticated");
    for (const templateId of ["hidden", "none"]) {
      const answer = await globex.getTemplateAnalytics({ templateId, tenant: "acme" });
      expect(answer).toBeProblem(404, "template_not_found");
    }
  });

  it("404 version_not_found: runs of a version that the template does not have", async () => {
    const { acme } = await withRuns();
    expect(await acme.getTemplateAnalytics({ ...address, version: "9.9.9" })).toBeProblem(404, "version_not_found");
  });
});
