import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareProportions, newcombeInterval, type Proportion, verdictOf, wilsonInterval } from "./index.ts";

const proportion = fc
  .integer({ min: 1, max: 100_000 })
  .chain((trials) => fc.record({ trials: fc.constant(trials), successes: fc.integer({ min: 0, max: trials }) }));
const of = (successes: number, trials: number): Proportion => ({ successes, trials });

describe("Wilson's interval", () => {
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("of %d in %d is what the literature has (Newcombe 1998, table I)", (successes, trials, low, high) => {
    const interval = wilsonInterval(of(successes, trials));
    expect(interval?.low).toBeCloseTo(low, 4);
    expect(interval?.high).toBeCloseTo(high, 4);
  });

  it("holds the rate, within 0 and 1, and is not known without a trial", () => {
    fc.assert(
      fc.property(proportion, ({ successes, trials }) => {
        const { low, high } = wilsonInterval(of(successes, trials)) ?? { low: NaN, high: NaN };
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(successes / trials);
        expect(high).toBeGreaterThanOrEqual(successes / trials);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
    expect(wilsonInterval(of(0, 0))).toBeUndefined();
  });
});

describe("Newcombe's interval", () => {
  it.each([
    [of(48, 80), of(56, 70), 0.0524, 0.3339],
    [of(3, 10), of(9, 10), 0.1705, 0.809],
    [of(0, 20), of(10, 10), 0.6791, 1],
  ])("from %j to %j is what the literature has (Newcombe 1998, table II, method 10)", (first, second, low, high) => {
    const interval = newcombeInterval(first, second);
    expect(interval?.low).toBeCloseTo(low, 4);
    expect(interval?.high).toBeCloseTo(high, 4);
  });

  it("the other way round is the same with the other sign, and holds the difference", () => {
    fc.assert(
      fc.property(proportion, proportion, (first, second) => {
        const there = newcombeInterval(first, second) ?? { low: NaN, high: NaN };
        const back = newcombeInterval(second, first) ?? { low: NaN, high: NaN };
        expect(there.low).toBeCloseTo(-back.high, 9);
        expect(there.high).toBeCloseTo(-back.low, 9);
        const difference = second.successes / second.trials - first.successes / first.trials;
        expect(there.low).toBeLessThanOrEqual(difference + 1e-12);
        expect(there.high).toBeGreaterThanOrEqual(difference - 1e-12);
      }),
    );
  });
});

describe("a comparison", () => {
  it("says better or worse only if the whole interval does, and nothing without trials", () => {
    expect(compareProportions(of(48, 80), of(56, 70))).toMatchObject({ verdict: "better", difference: 0.8 - 0.6 });
    expect(compareProportions(of(56, 70), of(48, 80)).verdict).toBe("worse");
    expect(compareProportions(of(4, 5), of(5, 5)).verdict).toBe("unclear");
    expect(compareProportions(of(0, 0), of(5, 5))).toEqual({ verdict: "unclear" });
    expect(verdictOf({ low: 0, high: 0.1 })).toBe("unclear");
  });
});
