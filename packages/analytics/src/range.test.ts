import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketsOf, rangeBefore, rangeOf, type UsageRange } from "./range.ts";

const now = new Date("2026-11-23T09:30:00Z");
const most = { hour: 744, day: 400 };
const told = (range: ReturnType<typeof rangeOf>) =>
  "refused" in range ? range.refused.path : [range.from, range.to].map((at) => at.toISOString().slice(0, 13));

describe("a range", () => {
  it.each([
    [{ bucket: "day" }, ["2026-10-25T00", "2026-11-24T00"]],
    [{ bucket: "hour" }, ["2026-11-22T10", "2026-11-23T10"]],
    [{ bucket: "day", from: "2026-11-01", to: "2026-11-02" }, ["2026-11-01T00", "2026-11-02T00"]],
    [{ bucket: "day", from: "2026-11-01T23:59:59Z", to: "2026-11-02T00:00:01Z" }, ["2026-11-01T00", "2026-11-03T00"]],
    [{ bucket: "hour", to: "2026-11-02T00:00:01Z" }, ["2026-11-01T01", "2026-11-02T01"]],
    [{ bucket: "day", from: "2026-11-02", to: "2026-11-02" }, "$.query.to"],
    [{ bucket: "day", from: "2025-01-01" }, "$.query.from"],
    [{ bucket: "hour", from: "2026-10-01" }, "$.query.from"],
    [{ bucket: "day", from: "2027-01-01" }, "$.query.to"],
  ] as const)("of %j is %j", (asked, expected) => {
    expect(told(rangeOf(asked, now, most))).toEqual(expected);
  });

  it("has as many hours or days as fit between its ends, and so has the one before, which ends where it begins", () => {
    const length = fc.integer({ min: 1, max: 400 });
    fc.assert(
      fc.property(
        fc.constantFrom("hour", "day"),
        length,
        fc.date({ noInvalidDate: true, min: now }),
        (bucket, n, to) => {
          const step = bucket === "hour" ? 3_600_000 : 86_400_000;
          const from = new Date(to.getTime() - n * step);
          const range = rangeOf({ bucket, from: from.toISOString(), to: to.toISOString() }, now, most);
          fc.pre(!("refused" in range));
          const starts = bucketsOf(range as UsageRange);
          const before = rangeBefore(range as UsageRange);
          expect(bucketsOf(before)).toHaveLength(starts.length);
          expect(before.to).toEqual((range as UsageRange).from);
          expect(starts.at(-1)).toBe((range as UsageRange).to.getTime() - step);
        },
      ),
    );
  });
});
