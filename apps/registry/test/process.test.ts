import { describe, expect, it } from "vitest";
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
});
