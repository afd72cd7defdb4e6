import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { adoptionAt, releasesOf, versionAt } from "./rollout.ts";

const dayMs = 24 * 3_600_000;
/** In equal steps: doubles would lie at the ends nearly always. */
const share = fc.integer({ min: 0, max: 1_000 }).map((part) => part / 1_000);
const world = fc.record({ count: fc.integer({ min: 1, max: 6 }), days: fc.integer({ min: 1, max: 90 }) });

/** How many run a version at least as new as one. */
const atLeast = (releases: ReturnType<typeof releasesOf>, index: number, at: number): number =>
  1 - releases.slice(index).reduce((not, release) => not * (1 - adoptionAt(release, at)), 1);

describe("roll-outs", () => {
  it("are monotone: whoever has gone over to a newer version stays with it or goes on", () => {
    const property = fc.property(world, share, share, ({ count, days }, one, other) => {
      const releases = releasesOf(count, undefined, 0, days * dayMs);
      const [before, after] = [Math.min(one, other) * days * dayMs, Math.max(one, other) * days * dayMs];
      for (const index of releases.keys()) {
        expect(atLeast(releases, index, after)).toBeGreaterThanOrEqual(atLeast(releases, index, before) - 1e-12);
      }
    });
    fc.assert(property);
  });

  it("are S-curves that are done within four days, before the next one begins", () => {
    const [, second, third] = releasesOf(3, undefined, 0, 30 * dayMs);
    if (!second || !third) throw new Error("Three versions have three releases");
    const done = [0, 0.25, 0.5, 0.75, 1].map((part) => adoptionAt(second, 10 * dayMs + part * 4 * dayMs));
    expect(done).toEqual([0, 0.15625, 0.5, 0.84375, 1]);
    expect(adoptionAt(third, 20 * dayMs)).toBe(0);
    expect(adoptionAt(third, 30 * dayMs)).toBe(1);
  });

  it("end at once for a bad version, and those who ran it run what they ran before", () => {
    const property = fc.property(share, share, (place, drawn) => {
      const releases = releasesOf(3, 1, 0, 30 * dayMs);
      const version = versionAt(releases, place * 30 * dayMs, () => drawn);
      if (place < 10 / 30 || (place >= 14 / 30 && place < 20 / 30)) expect(version).toBe(0);
      if (place > 24 / 30) expect(version).toBe(drawn < 1 ? 2 : 0);
    });
    fc.assert(property);
    expect(versionAt(releasesOf(3, 1, 0, 30 * dayMs), 13.9 * dayMs, () => 0.5)).toBe(1);
  });
});
