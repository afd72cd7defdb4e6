import { expect, it } from "vitest";
import { followThroughNoise } from "./feed.ts";

it("a minute of eight writers and a transaction that stays open: readers miss nothing, in order, 50 ms behind at the most", async () => {
  const report = await followThroughNoise({ ms: 60_000 });
  console.dir(report, { depth: null });
  expect(report).toMatchObject({ otherAnswers: [], reordered: [], differences: [] });
  for (const reader of report.readers) {
    expect(reader).toMatchObject({ skipped: 0, disordered: 0, missing: 0 });
    expect(reader.lagMs.p99).toBeLessThanOrEqual(50);
  }
}, 180_000);
