import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decayScore, emptyScore, mergeScores, scoreAt } from "./index.ts";

const dayMs = 24 * 60 * 60 * 1000;
const halfLifeMs = 3 * dayMs;
const now = Date.parse("2026-11-23T00:00:00Z");
const times = fc.array(fc.integer({ min: now - 60 * dayMs, max: now }), { minLength: 1, maxLength: 200 });
const eventsAt = (all: readonly number[]) => all.map((timeMs) => ({ timeMs }));

describe("a score that fades", () => {
  it("of one event halves with each half-life, and is 1 at its time", () => {
    const score = decayScore(eventsAt([now]), halfLifeMs);
    const worth = [0, 1, 2, 10].map((ages) => scoreAt(score, now + ages * halfLifeMs, halfLifeMs));
    for (const [index, expected] of [1, 1 / 2, 1 / 4, 1 / 1024].entries())
      expect(worth[index]).toBeCloseTo(expected, 9);
  });

  it("is the same for any order of events, and merged one by one, in parts or all at once", () => {
    fc.assert(
      fc.property(times, fc.nat(), (all, cut) => {
        const atOnce = decayScore(eventsAt(all), halfLifeMs);
        const oneByOne = all.reduce(
          (sum, timeMs) => mergeScores(sum, decayScore([{ timeMs }], halfLifeMs)),
          emptyScore,
        );
        const at = cut % all.length;
        const parts = [all.slice(at).reverse(), all.slice(0, at)].map((part) => decayScore(eventsAt(part), halfLifeMs));
        const inParts = mergeScores(parts[0] as number, parts[1] as number);
        expect(Math.abs(oneByOne - atOnce)).toBeLessThanOrEqual(1e-9);
        expect(Math.abs(inParts - atOnce)).toBeLessThanOrEqual(1e-9);
      }),
    );
  });

  it("is what adding up the faded events gives", () => {
    fc.assert(
      fc.property(times, (all) => {
        const plain = all.reduce((sum, timeMs) => sum + 2 ** ((timeMs - now) / halfLifeMs), 0);
        expect(scoreAt(decayScore(eventsAt(all), halfLifeMs), now, halfLifeMs) / plain).toBeCloseTo(1, 9);
      }),
    );
  });

  it("counts several events of one time", () => {
    expect(scoreAt(decayScore([{ timeMs: now, count: 5 }], halfLifeMs), now, halfLifeMs)).toBeCloseTo(5, 9);
  });

  it("neither overflows nor loses what is new over a hundred years", () => {
    const centuryMs = 100 * 365 * dayMs;
    const merged = mergeScores(
      decayScore(eventsAt([now]), halfLifeMs),
      decayScore([{ timeMs: now + centuryMs, count: 1e9 }], halfLifeMs),
    );
    expect(Number.isFinite(merged)).toBe(true);
    expect(scoreAt(merged, now + centuryMs, halfLifeMs) / 1e9).toBeCloseTo(1, 6);
  });

  it("of nothing is nothing", () => {
    expect(decayScore([], halfLifeMs)).toBe(emptyScore);
    expect(mergeScores(emptyScore, emptyScore)).toBe(emptyScore);
    expect(mergeScores(emptyScore, 5)).toBe(5);
    expect(scoreAt(emptyScore, now, halfLifeMs)).toBe(0);
  });
});
