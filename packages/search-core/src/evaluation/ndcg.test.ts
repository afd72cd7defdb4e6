import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dcg, type Grade, gradesOf, ndcg } from "./ndcg.ts";

/** Some documents `0`, `1`, … with grades, at least one of which answers the query. */
const judged = fc
  .array(fc.constantFrom<Grade>(0, 1, 2, 3), { minLength: 1, maxLength: 25 })
  .filter((grades) => grades.some((grade) => grade > 0))
  .map((grades) => new Map(grades.map((grade, index) => [String(index), grade])));

const judgedAndRanked = judged.chain((grades) =>
  fc.record({ grades: fc.constant(grades), ranked: fc.shuffledSubarray([...grades.keys(), "x", "y", "z"]) }),
);

const bestFirst = (grades: ReadonlyMap<string, Grade>): string[] =>
  [...grades].sort(([, one], [, other]) => other - one).map(([key]) => key);

describe("discounted cumulative gain", () => {
  it.each<[Grade[], number, number]>([
    [[], 10, 0],
    [[3], 10, 7],
    [[0, 3], 10, 4.41651],
    // 7 + 3 / 1.58496 + 7 / 2 + 0 + 1 / 2.58496 + 3 / 2.80735
    [[3, 2, 3, 0, 1, 2], 10, 13.84826],
    [[3, 2, 3, 0, 1, 2], 3, 12.39279],
    [[3, 2, 3], 0, 0],
  ])("of %j, the first %i, is %f", (grades, k, expected) => {
    expect(dcg(grades, k)).toBeCloseTo(expected, 5);
  });
});

describe("nDCG", () => {
  const grades = new Map<string, Grade>([
    ["a", 3],
    ["b", 2],
    ["c", 1],
    ["d", 0],
  ]);

  it.each<[string[], number]>([
    [["a", "b", "c"], 1],
    [["a", "b", "c", "d", "e"], 1],
    // (3 + 7 / 1.58496 + 1 / 2) / (7 + 3 / 1.58496 + 1 / 2)
    [["b", "a", "c"], 0.84283],
    // (7 / 2) / 9.39279
    [["e", "d", "a"], 0.37263],
    [["a"], 0.74525],
    [["d"], 0],
    [[], 0],
  ])("of %j is %f", (ranked, expected) => {
    expect(ndcg(ranked, grades)).toBeCloseTo(expected, 5);
  });

  it("counts only the first ten", () => {
    const others = Array.from({ length: 10 }, (_, index) => `other-${index}`);
    expect(ndcg([...others, "a"], grades)).toBe(0);
    expect(ndcg([...others.slice(1), "a"], grades)).toBeGreaterThan(0);
  });

  it("counts a document once", () => {
    expect(gradesOf(["a", "b", "a"], grades)).toEqual([3, 2, 0]);
    expect(ndcg(["a", "a", "a"], grades)).toBe(ndcg(["a"], grades));
  });

  it("is 1 for a query that nothing answers", () => {
    expect(ndcg(["a"], new Map([["a", 0]]))).toBe(1);
  });

  it("is between 0 and 1", () => {
    fc.assert(
      fc.property(judgedAndRanked, ({ grades: of, ranked }) => {
        const value = ndcg(ranked, of);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });

  it("is 1 for the best order", () => {
    fc.assert(fc.property(judged, (of) => void expect(ndcg(bestFirst(of), of)).toBeCloseTo(1, 12)));
  });

  it("is lower when a better document changes places with a worse one behind it, both among the first ten", () => {
    fc.assert(
      fc.property(judged, fc.nat(9), fc.nat(9), (of, one, other) => {
        const ranked = bestFirst(of);
        const [before, behind] = [Math.min(one, other), Math.max(one, other)];
        const [better, worse] = [ranked[before], ranked[behind]];
        fc.pre(better !== undefined && worse !== undefined && of.get(better) !== of.get(worse));
        const swapped = ranked.with(before, worse ?? "").with(behind, better ?? "");
        expect(ndcg(swapped, of)).toBeLessThan(ndcg(ranked, of));
      }),
    );
  });
});
