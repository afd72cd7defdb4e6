import type { Difference } from "@nofx/contract-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  classification,
  compareBumps,
  demanding,
  isStable,
  judgeBump,
  leastVersion,
  precedenceKey,
  versionAfter,
} from "./index.ts";

const difference = fc.record({
  path: fc.constantFrom("$.version", "$.name", "$.tags[0]"),
  severity: fc.constantFrom("major", "minor", "patch"),
  reason: fc.constant("It is so"),
}) as fc.Arbitrary<Difference>;

describe("a classification", () => {
  it("demands what the gravest difference does, whatever their order, and nothing for the version number", () => {
    fc.assert(
      fc.property(fc.array(difference), (found) => {
        const { bump, differences } = classification(found);
        expect(differences).toEqual(found);
        expect(classification(found.toReversed()).bump).toBe(bump);
        const counted = found.filter(({ path }) => path !== "$.version");
        for (const { severity } of counted) expect(compareBumps(severity, bump)).toBeLessThanOrEqual(0);
        expect(bump === "none").toBe(counted.length === 0);
        expect(demanding(found, bump).length > 0).toBe(counted.length > 0);
      }),
    );
  });
});

describe("the next version", () => {
  it.each([
    ["1.2.3", "patch", "1.2.4"],
    ["1.2.3+build.5", "minor", "1.3.0"],
    ["0.2.3", "major", "0.3.0"],
    ["1.0.0-beta.1", "patch", "1.0.0-beta.2"],
    ["1.0.0-beta", "major", "1.0.0-beta.0"],
    ["1.0.0-beta.1+5", "none", "1.0.0-beta.2"],
  ] as const)("above %s with a %s change is %s", (from, required, expected) => {
    expect(versionAfter(from, required)).toBe(expected);
    expect(precedenceKey(expected) > precedenceKey(from)).toBe(true);
    expect(isStable(expected)).toBe(isStable(from));
    expect(judgeBump(from, expected, required).enough).toBe(true);
  });
});

describe("a version number", () => {
  it.each<[string, string, "none" | "patch" | "minor" | "major", boolean, string]>([
    ["1.2.3", "1.2.4", "none", true, "1.2.4"],
    ["1.2.3", "1.2.4", "patch", true, "1.2.4"],
    ["1.2.3", "1.2.4", "minor", false, "1.3.0"],
    ["1.2.3", "1.3.0", "minor", true, "1.3.0"],
    ["1.2.3", "1.3.0", "major", false, "2.0.0"],
    ["1.2.3", "2.0.0", "major", true, "2.0.0"],
    ["1.2.3", "2.0.0-rc.1", "major", true, "2.0.0-rc.1"],
    ["1.2.3", "1.2.4-rc.1", "major", false, "2.0.0-rc.1"],
    ["1.2.3", "1.2.4+build", "minor", false, "1.3.0"],
    ["0.2.3", "0.2.4", "minor", true, "0.2.4"],
    ["0.2.3", "0.2.4", "major", false, "0.3.0"],
    ["0.2.3", "0.3.0", "major", true, "0.3.0"],
    ["0.2.3", "1.0.0", "major", true, "0.3.0"],
    ["0.0.1", "0.0.2", "major", false, "0.1.0"],
    ["2.0.0-rc.1", "2.0.0-rc.2", "major", true, "2.0.0-rc.2"],
    ["2.0.0-rc.1", "2.0.0", "major", true, "2.0.0"],
    ["2.0.0-rc.1", "2.0.1", "major", false, "2.0.0"],
  ])(
    "that goes from %s to %s with a change that is %s: enough is %s, the least is %s",
    (from, to, required, enough, least) => {
      expect(judgeBump(from, to, required)).toMatchObject({ previous: from, required, enough });
      if (!enough || to === least) expect(judgeBump(from, to, required).least).toBe(least);
    },
  );

  it("that is the least is enough, and lower ones are not", () => {
    for (const from of ["0.0.1", "0.2.3", "1.2.3"]) {
      for (const required of ["patch", "minor", "major"] as const) {
        expect(judgeBump(from, leastVersion(from, required), required).enough).toBe(true);
      }
    }
  });

  it("that is the least is a release above, is enough, and no lower release is", () => {
    const core = fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 }), fc.nat({ max: 3 })).map((parts) => parts.join("."));
    const tail = fc.constantFrom("", "", "-rc.1", "+build");
    const from = fc.tuple(core, tail).map((parts) => parts.join(""));
    const required = fc.constantFrom("none", "patch", "minor", "major");
    fc.assert(
      fc.property(from, core, required, (version, other, bump) => {
        const least = leastVersion(version, bump);
        expect(isStable(least)).toBe(true);
        expect(precedenceKey(least) > precedenceKey(version)).toBe(true);
        expect(judgeBump(version, least, bump).enough).toBe(true);
        const isBetween = precedenceKey(other) > precedenceKey(version) && precedenceKey(other) < precedenceKey(least);
        if (isBetween && bump !== "none") expect(judgeBump(version, other, bump).enough).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it("that is none is refused with its name", () => {
    expect(() => judgeBump("1.0", "2.0.0", "patch")).toThrow(/1\.0/);
  });
});
