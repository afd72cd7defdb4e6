import type { UsageRange } from "@nofx/analytics";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type UsedDay, usageAnswer } from "./agent-usage.rules.ts";

const dayMs = 86_400_000;
const start = Date.parse("2026-11-01T00:00:00Z");
const range: UsageRange = { from: new Date(start), to: new Date(start + 10 * dayMs), bucket: "day" };
const count = fc.nat({ max: 1_000 });

const used = fc.record({
  version: fc.nat({ max: 40 }).map((patch) => `1.0.${patch}`),
  at: fc.nat({ max: 9 }).map((day) => start + day * dayMs),
  isSample: fc.boolean(),
  succeeded: count,
  failed: count,
  cancelled: count,
  invalid: count,
  durationMs: count,
  lastAt: fc.nat({ max: dayMs }).map((ms) => start + ms),
});
const days = fc.uniqueArray(used, { selector: ({ version, at }) => `${version} ${at}`, maxLength: 120 });
const sum = (numbers: readonly number[]) => numbers.reduce((one, other) => one + other, 0);
const runsOf = (day: UsedDay) => day.succeeded + day.failed + day.cancelled + day.invalid;

describe("what an answer tells of days", () => {
  it("adds up alike over days and over versions, and leaves no run out", () => {
    fc.assert(
      fc.property(days, (given) => {
        const { totals, series, versions } = usageAnswer(given, range);
        const runs = sum(given.map(runsOf));
        expect(totals.runs).toBe(runs);
        expect(series).toHaveLength(10);
        expect(sum(series.map((point) => point.runs))).toBe(runs);
        expect(sum(versions.items.map((version) => version.runs)) + versions.rest).toBe(runs);
        expect(versions.items.length).toBeLessThanOrEqual(20);
        for (const version of versions.items) expect(sum(version.series)).toBe(version.runs);
      }),
    );
  });

  it("has the versions with most runs first, and shows none that has more among the rest", () => {
    fc.assert(
      fc.property(days, (given) => {
        const { items, rest } = usageAnswer(given, range).versions;
        const runs = items.map((version) => version.runs);
        expect(runs).toEqual(runs.toSorted((one, other) => other - one));
        if (rest > 0) expect(items).toHaveLength(20);
      }),
    );
  });

  it("has no rate, no mean and no last use where there is nothing, and every day all the same", () => {
    const { totals, series, versions, includesSample } = usageAnswer([], range);
    const none = { runs: 0, succeeded: 0, failed: 0, cancelled: 0, invalid: 0 };
    expect(totals).toEqual(none);
    expect(series[9]).toEqual({ at: "2026-11-10T00:00:00.000Z", ...none });
    expect([versions, includesSample]).toEqual([{ items: [], rest: 0 }, false]);
  });
});
