import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failuresOf, gate } from "./gate.ts";
import { measure, totalsOf } from "./measure.ts";
import type { Grade } from "./ndcg.ts";
import { reciprocalRank } from "./reciprocal-rank.ts";

const grades = new Map<string, Grade>([
  ["meant", 3],
  ["as-good", 2],
  ["near", 1],
]);

describe("the first document that answers a query", () => {
  it.each<[string[], number, number | undefined]>([
    [["meant"], 1, 1],
    [["as-good", "meant"], 1, 1],
    [["near", "meant"], 1 / 2, 2],
    [["near", "other", "another", "as-good"], 1 / 4, 4],
    [["near"], 0, undefined],
    [[], 0, undefined],
  ])("of %j counts %f", (ranked, expected, rank) => {
    expect(reciprocalRank(ranked, grades)).toBe(expected);
    expect(measure(ranked, grades).firstRelevant).toBe(rank);
  });

  it("counts between 0 and 1, however many come behind", () => {
    const keys = fc.constantFrom("meant", "as-good", "near", "a", "b");
    fc.assert(
      fc.property(fc.array(keys), fc.array(keys), (ranked, more) => {
        const value = reciprocalRank(ranked, grades);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        if (value > 0) expect(reciprocalRank([...ranked, ...more], grades)).toBe(value);
      }),
    );
  });
});

describe("totals", () => {
  it("are means over queries", () => {
    const totals = totalsOf(
      [["meant", "as-good", "near"], ["near", "meant"], [], ["x"]].map((r) => measure(r, grades)),
    );
    expect(totals).toMatchObject({ queries: 4, mrr: (1 + 1 / 2) / 4, zeroResultRate: 1 / 4 });
    // (1 + (1 + 7 / 1.58496) / 9.39279) / 4
    expect(totals.ndcg).toBeCloseTo(0.39417, 5);
  });

  it("of nothing are an error", () => {
    expect(() => totalsOf([])).toThrow(RangeError);
  });
});

describe("the gate", () => {
  const good = { queries: 10, ndcg: 0.9, mrr: 0.9, zeroResultRate: 0 };

  it("lets figures pass that are just enough", () => {
    expect(failuresOf(good, new Map([["typo", { ...good, ndcg: 0.7 }]]))).toEqual([]);
  });

  it.each([
    ["a low mean", { ...good, ndcg: 0.899 }, good, "nDCG@10 is 0.899, below 0.9"],
    ["one weak kind", good, { ...good, ndcg: 0.69 }, "nDCG@10 of typo queries is 0.690, below 0.7"],
    ["a query that finds nothing", { ...good, zeroResultRate: 0.1 }, good, "10.0 % of queries found nothing"],
  ])("tells %s", (_, totals, typo, expected) => {
    expect(failuresOf(totals, new Map([["typo", typo]]))).toEqual([expected]);
  });

  it("takes other limits", () => {
    expect(failuresOf(good, new Map(), { ...gate, ndcgMin: 0.95 })).toEqual(["nDCG@10 is 0.900, below 0.95"]);
  });
});
