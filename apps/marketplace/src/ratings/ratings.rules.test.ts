import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { averageOf, bayesianMean, isSameOpinion, totalsOf } from "./ratings.rules.ts";

const stars = fc.integer({ min: 1, max: 5 });
const given = fc.array(stars, { minLength: 1, maxLength: 200 });
const prior = fc.double({ min: 1, max: 5, noNaN: true });

const sumOf = (ratings: readonly number[]) => ratings.reduce((sum, rating) => sum + rating, 0);
const ratingsOf = (ratings: readonly number[]) => ({ count: ratings.length, sum: sumOf(ratings) });
const histogramOf = (ratings: readonly number[]) => {
  const histogram = { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0 };
  for (const rating of ratings) histogram[rating as keyof typeof histogram] += 1;
  return histogram;
};

describe("the Bayesian mean", () => {
  it("is the mean of the ratings and 15 times the prior", () => {
    expect(bayesianMean({ count: 1, sum: 5 }, 3)).toBe(50 / 16);
    expect(bayesianMean({ count: 4, sum: 18 }, 4)).toBe(78 / 19);
    fc.assert(
      fc.property(given, prior, (ratings, prior) => {
        const all = [...ratings, ...Array.from({ length: 15 }, () => prior)];
        expect(bayesianMean(ratingsOf(ratings), prior)).toBeCloseTo(sumOf(all) / all.length, 10);
      }),
    );
  });

  it("lies between prior and mean, and nearer to the mean the more have rated alike", () => {
    fc.assert(
      fc.property(given, prior, (ratings, prior) => {
        const once = ratingsOf(ratings);
        const twice = ratingsOf([...ratings, ...ratings]);
        const mean = averageOf(once) ?? Number.NaN;
        const distance = (of: typeof once) => Math.abs((bayesianMean(of, prior) ?? Number.NaN) - mean);
        expect(distance(once)).toBeLessThanOrEqual(Math.abs(prior - mean) + 1e-9);
        expect(distance(twice)).toBeLessThanOrEqual(distance(once) + 1e-9);
      }),
    );
  });

  it("puts many good ratings above a single very good one", () => {
    const single = bayesianMean({ count: 1, sum: 5 }, 3) ?? 0;
    expect(bayesianMean({ count: 200, sum: 900 }, 3)).toBeGreaterThan(single);
  });
});

describe("the totals", () => {
  it("count what was given", () => {
    fc.assert(
      fc.property(given, prior, (ratings, prior) => {
        const totals = totalsOf(histogramOf(ratings), prior);
        expect(totals).toEqual({
          count: ratings.length,
          average: sumOf(ratings) / ratings.length,
          bayesian: bayesianMean(ratingsOf(ratings), prior),
          histogram: histogramOf(ratings),
        });
      }),
    );
  });

  it("have no mean where nobody has rated, rather than 0", () => {
    const totals = totalsOf(histogramOf([]), 3);
    expect(totals).toEqual({ count: 0, histogram: { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0 } });
  });
});

describe("a rating", () => {
  const opinion = { version: "1.0.0", rating: 4, comment: "Good" };

  it.each([
    [{}, true],
    [{ rating: 5 }, false],
    [{ version: "1.0.1" }, false],
    [{ comment: "Better" }, false],
    [{ comment: undefined }, false],
  ])("with %j in it says the same as before: %j", (change, same) => {
    expect(isSameOpinion(opinion, { ...opinion, ...change })).toBe(same);
  });
});
