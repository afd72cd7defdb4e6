import { expect, it } from "vitest";
import { followThroughKills } from "./follower-kills.ts";
import { followThroughOutage } from "./registry-outage.ts";

it("20 kills of the process that follows, in mid-batch, while much is published: the index equals a fresh rebuild", async () => {
  const report = await followThroughKills({ kills: 20, pauseMs: 5 });
  console.log({ ...report, differences: report.differences.slice(0, 10) });
  expect(report).toMatchObject({ kills: 20, differences: [] });
  expect(report.inMidBatch).toBeGreaterThan(10);
}, 900_000);

it("a minute without the registry while the marketplace publishes: the index catches up, and equals a fresh rebuild", async () => {
  const report = await followThroughOutage({ outageMs: 60_000 });
  console.log({ ...report, differences: report.differences.slice(0, 10) });
  expect(report).toMatchObject({
    missing: [],
    differences: [],
    whileAway: { stale: true },
    afterwards: { stale: false },
  });
  expect(report.during).toBeGreaterThan(50);
}, 300_000);
