import { expect, it } from "vitest";
import { followThroughKills } from "./follower-kills.ts";

it("20 kills of the process that follows, in mid-batch, while much is published: the index equals a fresh rebuild", async () => {
  const report = await followThroughKills({ kills: 20 });
  console.log({ ...report, differences: report.differences.slice(0, 10) });
  expect(report).toMatchObject({ kills: 20, differences: [] });
  expect(report.inMidBatch).toBeGreaterThan(10);
}, 900_000);
