import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countsOf, meanMsOf, roundedMs, successOf } from "./outcomes.ts";

const count = fc.nat({ max: 1e6 });
const outcomes = fc.record({ succeeded: count, failed: count, cancelled: count, invalid: count });

describe("outcomes of runs", () => {
  it("add up to the runs", () => {
    expect(countsOf({ succeeded: 1, failed: 2, cancelled: 3, invalid: 4 })).toEqual({
      runs: 10,
      succeeded: 1,
      failed: 2,
      cancelled: 3,
      invalid: 4,
    });
  });

  it("have a success rate within its interval, whatever was cancelled or invalid", () => {
    fc.assert(
      fc.property(outcomes, ({ succeeded, failed, ...others }) => {
        const { success } = successOf({ succeeded, failed, ...others });
        expect(success).toEqual(successOf({ succeeded, failed }).success);
        expect(success === undefined).toBe(succeeded + failed === 0);
        if (!success) return;
        expect(success.rate).toBe(succeeded / (succeeded + failed));
        expect(success.low).toBeLessThanOrEqual(success.rate);
        expect(success.high).toBeGreaterThanOrEqual(success.rate);
      }),
    );
  });

  it("have a mean duration of those that succeeded, to the hundredth of a millisecond", () => {
    expect(meanMsOf({ succeeded: 3, durationMs: 1_000 })).toBe(333.33);
    expect(roundedMs(0.005)).toBe(0.01);
  });
});
