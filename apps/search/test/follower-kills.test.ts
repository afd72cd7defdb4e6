import { expect, it } from "vitest";
import { followThroughKills } from "./faults/follower-kills.ts";

it("killed while much is published, the index equals a fresh rebuild, row for row", async () => {
  const report = await followThroughKills({ kills: 1, pauseMs: 50 });
  expect(report.differences).toEqual([]);
  expect(report.rows).toBeGreaterThan(100);
}, 180_000);
