import { SemVer } from "@nofx/contract-kit";
import fc from "fast-check";
import { compare } from "semver";
import { describe, expect, it } from "vitest";
import { isStable, precedenceKey } from "./index.ts";

// Few distinct parts, so that many pairs differ in one place only; some at the limits of length.
const digits = fc.oneof(
  fc.integer({ min: 0, max: 12 }).map(String),
  fc.constantFrom("99", "100", "999999999999998", "999999999999999"),
);
const letters = fc.constantFrom(
  "a",
  "B",
  "rc",
  "RC",
  "-",
  "--",
  "x-1",
  "-1",
  "0a",
  "9z",
  "00a",
  "alpha",
  "alpha1",
  "a-",
);
const identifiers = fc.array(fc.oneof(digits, letters), { minLength: 1, maxLength: 4 });
const suffix = (sign: string, parts: fc.Arbitrary<string[]>) =>
  fc.option(parts, { nil: [] }).map((list) => (list.length > 0 ? `${sign}${list.join(".")}` : ""));
const version = fc
  .tuple(digits, digits, digits, suffix("-", identifiers), suffix("+", identifiers))
  .map(([major, minor, patch, pre, build]) => `${major}.${minor}.${patch}${pre}${build}`);

/** How a database with C collation orders texts. */
const byBytes = (a: string, b: string): number => Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));

describe("the precedence key", () => {
  it("orders versions as SemVer does, and is equal exactly for versions of equal precedence", () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(SemVer.safeParse(a).success).toBe(true);
        expect(byBytes(precedenceKey(a), precedenceKey(b))).toBe(compare(a, b));
      }),
      { numRuns: 3_000, examples: [["1.0.0-a.1", "1.0.0-a-"]] },
    );
  });

  it("sorts the example of SemVer 2.0.0, section 11, with numbers by value", () => {
    const ordered = [
      "1.0.0-alpha",
      "1.0.0-alpha.1",
      "1.0.0-alpha.beta",
      "1.0.0-beta",
      "1.0.0-beta.2",
      "1.0.0-beta.11",
      "1.0.0-rc.1",
      "1.0.0",
      "1.9.0",
      "1.10.0",
      "2.0.0-0",
      "2.0.0",
      "10.0.0",
    ];
    const sorted = ordered.toSorted().toSorted((a, b) => byBytes(precedenceKey(a), precedenceKey(b)));
    expect(sorted).toEqual(ordered);
  });

  it("does not count build metadata", () => {
    expect(precedenceKey("1.0.0-rc.1+build.5")).toBe(precedenceKey("1.0.0-rc.1"));
  });

  it.each(["", "1.0", "latest"])("does not exist of %j", (text) => {
    expect(() => precedenceKey(text)).toThrow(RangeError);
  });
});

describe("a stable version", () => {
  it.each([
    ["1.0.0", true],
    ["0.1.0+build", true],
    ["1.0.0-rc.1", false],
    ["nonsense", false],
  ])("is %s: %s", (text, stable) => {
    expect(isStable(text)).toBe(stable);
  });
});
