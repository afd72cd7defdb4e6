import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { freshness, quality, qualityParts, tierMax, tierOf } from "./quality.ts";
import { scoreOf, scoreParts } from "./score.ts";
import { lengthNorm, rarity, saturated } from "./text.ts";
import { scoreWeights } from "./weights.ts";

const unknown = { success: undefined, ratingBayesian: undefined, usage30d: 0, status: "active" } as const;

describe("text", () => {
  it("a word counts the more the fewer documents have it, and never less than nothing", () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(1_000), (a, b) => {
        const [few, many] = a < b ? [a, b] : [b, a];
        expect(rarity(few, 1_000)).toBeGreaterThanOrEqual(rarity(many, 1_000));
        expect(rarity(many, 1_000)).toBeGreaterThan(0);
      }),
    );
    expect(rarity(5, 3)).toBeGreaterThan(0);
  });

  it("more of a word counts more, but never more than 1, and less in a long document", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 50, noNaN: true }),
        fc.double({ min: 0.5, max: 20, noNaN: true }),
        (amount, norm) => {
          expect(saturated(amount, norm)).toBeGreaterThanOrEqual(0);
          expect(saturated(amount, norm)).toBeLessThan(1);
          expect(saturated(amount + 1, norm)).toBeGreaterThan(saturated(amount, norm));
          expect(saturated(amount, norm + 1)).toBeLessThanOrEqual(saturated(amount, norm));
        },
      ),
    );
  });

  it("a document of usual length is normal, a longer one counts less", () => {
    expect(lengthNorm({ name: 4, label: 5, description: 8, rest: 18.35 / 1 })).toBeCloseTo(1, 1);
    expect(lengthNorm({ name: 4, label: 5, description: 8, rest: 10_000 })).toBeGreaterThan(2);
  });
});

describe("quality", () => {
  it("is between bounds that no word of a name is smaller than, and deprecated ones are below all others", () => {
    const document = fc.record({
      success: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
      ratingBayesian: fc.option(fc.double({ min: 1, max: 5, noNaN: true }), { nil: undefined }),
      usage30d: fc.nat(),
    });
    fc.assert(
      fc.property(document, (known) => {
        const active = quality(qualityParts({ ...known, status: "active" }));
        expect(Math.abs(active)).toBeLessThanOrEqual(0.25 + 1e-9);
        expect(quality(qualityParts({ ...known, status: "deprecated" }))).toBeLessThan(-0.5);
      }),
    );
  });

  it("freshness falls from 1, and the future is not fresher than today", () => {
    expect(freshness("2026-01-01T00:00:00Z", Date.parse("2026-01-01") / 86_400_000)).toBe(1);
    expect(freshness("2027-01-01T00:00:00Z", Date.parse("2026-01-01") / 86_400_000)).toBe(1);
    expect(freshness("2025-07-05T00:00:00Z", Date.parse("2026-01-01") / 86_400_000)).toBeCloseTo(Math.exp(-1), 3);
  });
});

describe("tiers", () => {
  const keys = Array.from({ length: 20_000 }, (_, index) => `agent:t/a-${index}`);

  it("halve documents that nobody knows anything of", () => {
    const tiers = keys.map((key) => tierOf(qualityParts(unknown), key));
    for (let tier = 1; tier <= 5; tier += 1) {
      const share = tiers.filter((reached) => reached >= tier).length / keys.length;
      expect(share * 2 ** tier).toBeGreaterThan(0.8);
      expect(share * 2 ** tier).toBeLessThan(1.2);
    }
    expect(Math.max(...tiers)).toBeLessThanOrEqual(tierMax);
  });

  it("have good documents higher up, deprecated ones at the bottom", () => {
    const mean = (known: Parameters<typeof qualityParts>[0]) =>
      keys.reduce((sum, key) => sum + tierOf(qualityParts(known), key), 0) / keys.length;
    expect(mean({ ...unknown, success: 0.95, ratingBayesian: 4.5, usage30d: 5_000 })).toBeGreaterThan(
      mean(unknown) + 2,
    );
    expect(mean({ ...unknown, usage30d: 5_000, status: "deprecated" })).toBe(0);
  });
});

it("a score is the sum of parts, each its value times its weight", () => {
  const parts = scoreParts({
    exact: true,
    all: false,
    words: [{ word: "review", value: 0.5 }],
    success: 0.9,
    rating: 0,
    usage: 0.2,
    freshness: 1,
    deprecated: 1,
  });
  expect(parts.map(({ part }) => part)).toEqual(["exact", "text", "success", "usage", "freshness", "deprecated"]);
  expect(parts[1]?.detail).toBe("review");
  const { exact, success, usage, freshness: fresh, deprecated } = scoreWeights;
  expect(scoreOf(parts)).toBeCloseTo(exact + 0.5 + success * 0.9 + usage * 0.2 + fresh + deprecated, 9);
});
