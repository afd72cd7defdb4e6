import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bucketMiddle,
  bucketOf,
  type Histogram,
  histogramErrorMax,
  histogramScheme,
  histogramSize,
  mergeHistograms,
  quantile,
} from "./index.ts";

const monthMs = 30 * 24 * 60 * 60 * 1000;
const durations = fc.array(fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: monthMs })), {
  minLength: 1,
  maxLength: 300,
});
const histogramOf = (values: readonly number[]): Histogram => ({
  scheme: histogramScheme,
  counts: values.map((value) => ({ bucket: bucketOf(value), count: 1 })),
});

describe("buckets", () => {
  it("hold 0 alone, then values from one power of 1.1 up to below the next", () => {
    expect([0, 1, 2, 10, 1_000].map(bucketOf)).toEqual([0, 1, 8, 25, 73]);
    expect([0, 1].map(bucketMiddle)).toEqual([0, 1.1 ** 0.5]);
  });

  it("stand for each of their values within the error that is promised, below 5 %", () => {
    expect(histogramErrorMax).toBeLessThan(0.05);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: monthMs }), (value) => {
        const estimate = bucketMiddle(bucketOf(value));
        expect(Math.abs(estimate / value - 1)).toBeLessThanOrEqual(histogramErrorMax + 1e-9);
      }),
    );
  });
});

describe("quantiles", () => {
  it("are within 5 % of the exact ones by nearest rank, for any values and shares", () => {
    fc.assert(
      fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
        const exact = values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(share * values.length)) - 1] as number;
        const estimate = quantile(histogramOf(values), share) as number;
        expect(Math.abs(estimate - exact)).toBeLessThanOrEqual(exact * 0.05);
      }),
    );
  });

  it("of nothing are not known", () => {
    expect(quantile({ scheme: histogramScheme, counts: [] }, 0.5)).toBeUndefined();
  });
});

describe("merging", () => {
  it("is the same as counting everything at once, in any order", () => {
    fc.assert(
      fc.property(durations, durations, (some, others) => {
        const merged = mergeHistograms([histogramOf(some), histogramOf(others)]);
        expect(merged).toEqual(mergeHistograms([histogramOf([...others, ...some])]));
        expect(histogramSize(merged)).toBe(some.length + others.length);
      }),
    );
  });

  it("refuses histograms of another scheme: their buckets hold something else", () => {
    const foreign = { scheme: 2, counts: [] };
    expect(() => mergeHistograms([foreign])).toThrow("scheme 2");
    expect(() => quantile(foreign, 0.5)).toThrow(RangeError);
  });
});
