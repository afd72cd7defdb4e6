import { expect, it } from "vitest";
import { reportThroughKills } from "./faults/usage-kills.ts";

it("runs reported while the service is killed are counted once, all that was acknowledged (npm run test:faults does more)", async () => {
  const report = await reportThroughKills({ runs: 4_600, batch: 250, kills: 1 });
  expect(report).toMatchObject({ reports: 5_060, otherAnswers: [], differences: [] });
  expect([report.claims, report.events]).toEqual([4_600, 4_600]);
  expect(report.p95ErrorMax).toBeLessThan(0.05);
}, 180_000);
