import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { movedRange, parseRange } from "./index.ts";

const number = fc.nat({ max: 12 });
const core = fc.tuple(number, number, number).map((parts) => parts.join("."));
const version = fc.tuple(core, fc.constantFrom("", "", "", "-beta.1", "-0")).map((parts) => parts.join(""));
const partial = fc.oneof(
  version,
  number.map(String),
  fc.tuple(number, number).map((parts) => parts.join(".")),
  number.map((major) => `${major}.x`),
  fc.constantFrom("*", "x", ""),
);
const simple = fc
  .tuple(fc.constantFrom("^", "~", "=", "", ">=", ">", "<", "<="), partial)
  .map((parts) => parts.join(""));
const range = fc.oneof(
  simple,
  fc.constantFrom("latest", "no range", "a".repeat(300)),
  fc.tuple(simple, simple).map((parts) => parts.join(" || ")),
  fc.tuple(core, core).map(([from, to]) => `>=${from} <${to}`),
  fc.tuple(core, core).map(([from, to]) => `${from} - ${to}`),
);

describe("a range that is moved to a version", () => {
  it("admits the version, whatever it was; what admits it already is left alone", () => {
    fc.assert(
      fc.property(range, version, (before, to) => {
        const after = movedRange(before, to);
        expect(parseRange(after === "latest" ? "*" : after)?.includes(to)).toBe(true);
        expect(movedRange(after, to)).toBe(after);
        if (parseRange(before)?.includes(to)) expect(after).toBe(before);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["^1.2.0", "2.0.0", "^2.0.0"],
    ["^1.2.0", "2.3.1", "^2.3.1"],
    ["^1.2", "2.3.1", "^2.3"],
    ["^1", "2.3.1", "^2"],
    ["~1.2.0", "2.0.0", "~2.0.0"],
    ["~1.2", "2.0.4", "~2.0"],
    ["1.2.0", "2.0.0", "2.0.0"],
    ["=1.2.0", "2.0.0", "=2.0.0"],
    ["1", "2.0.1", "2"],
    ["1.x", "2.0.1", "2.x"],
    ["1.2.*", "2.0.1", "2.0.*"],
    ["*", "2.0.0", "*"],
    ["latest", "2.0.0", "latest"],
    ["*", "2.0.0-beta.1", ">=2.0.0-beta.1"],
    ["latest", "2.0.0-beta.1", ">=2.0.0-beta.1"],
    ["^1", "2.0.0-beta.1", "^2.0.0-beta.1"],
    ["^2.0.0", "1.4.0", "^1.4.0"],
    [">=2.0.0", "1.4.0", ">=1.4.0"],
    ["<2.0.0", "2.1.0", "<3.0.0"],
    [">=1.0.0 <2.0.0", "2.1.0", ">=2.1.0 <3.0.0"],
    [">=0.1.0 <0.2.0", "0.3.1", ">=0.3.1 <0.4.0"],
    ["1.0.0 - 1.9.0", "2.1.0", "^2.1.0"],
    ["^1.0.0 || ^2.0.0", "3.1.0", "^1.0.0 || ^2.0.0 || ^3.1.0"],
    ["no range", "2.0.0", "^2.0.0"],
  ])("keeps its author's way: %s for %s becomes %s", (before, to, after) => {
    expect(movedRange(before, to)).toBe(after);
  });

  it("takes nothing for a version that is none", () => {
    expect(() => movedRange("*", "2")).toThrow(RangeError);
  });
});
