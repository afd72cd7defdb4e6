import { describe, expect, it } from "vitest";
import { followThroughNoise } from "./faults/feed.ts";
import { publishThroughKills } from "./faults/kills.ts";

describe("the registry as a process", () => {
  it("loses no acknowledged publish when it and PostgreSQL are killed; a version has one audit entry, sealed once, and one change", async () => {
    const report = await publishThroughKills({ publishes: 120, kills: 2 });
    expect(report).toMatchObject({ acknowledged: 120, versions: 120, otherAnswers: [], lost: [], uneven: [] });
    expect(report.interrupted).toBeGreaterThan(0);
    const { entries, sealed, verification } = report.audit;
    expect([entries > 120, sealed]).toEqual([true, entries]);
    expect(verification).toMatchObject({ valid: true, verified: entries, pending: 0 });
  }, 60_000);

  it("shows readers of its feed every change once and in order, and replayed from zero the feed tells what the tables hold", async () => {
    const report = await followThroughNoise({ ms: 5_000 });
    expect(report).toMatchObject({ otherAnswers: [], reordered: [], differences: [] });
    expect(Math.min(report.writes, report.undone, report.rollbacks)).toBeGreaterThan(0);
    for (const reader of report.readers) expect(reader).toMatchObject({ skipped: 0, disordered: 0, missing: 0 });
  }, 60_000);
});
