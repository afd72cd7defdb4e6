import { expect, it } from "vitest";
import { reportThroughKills } from "./usage-kills.ts";
import { watchVisibility } from "./usage-visibility.ts";

it("a million runs, a tenth reported twice, the service killed five times: every rollup is what counting gives", async () => {
  const report = await reportThroughKills({ runs: 1_000_000, batch: 1_000, kills: 5 });
  console.log(report);
  expect(report).toMatchObject({ reports: 1_100_000, otherAnswers: [], differences: [] });
  expect([report.claims, report.events]).toEqual([1_000_000, 1_000_000]);
  expect(report.p95ErrorMax).toBeLessThan(0.05);
}, 3_600_000);

it("while four writers report, a run is counted within a second of its answer", async () => {
  const report = await watchVisibility({ seconds: 30, writers: 4, batch: 100 });
  console.log(report);
  expect(report.p99Ms).toBeLessThanOrEqual(1_000);
}, 120_000);
