import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeRange } from "./index.ts";

describe("a dependency's range", () => {
  it.each([
    ["^1.0.0", "^1.4.0", "minor"],
    ["~1.2.0", "~1.3.0", "minor"],
    ["^1.0.0", "^1.0.0 || ^2.0.0", "minor"],
    ["^1.0.0", "*", "minor"],
    ["^1.0.0", "^2.0.0", "major"],
    ["^1.0.0 || ^2.0.0", "^2.0.0", "major"],
    [">=1.0.0", "^2.0.0", "major"],
    ["^2.0.0", "^1.0.0", "major"],
    ["^0.2.0", "^0.3.0", "major"],
    ["~0.2.1", "~0.2.4", "minor"],
    ["^2.0.0-beta.1", "^2.0.0", "minor"],
    [">2 <1", "^1.0.0", "major"],
    ["latest", "^1.0.0", "major"],
    ["^1.0.0", "workspace:*", "major"],
  ])("that goes from %s to %s is %s", (before, after, severity) => {
    expect(judgeRange(before, after)[0]).toBe(severity);
  });

  it("gets a verdict whatever it says", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        expect(["minor", "major"]).toContain(judgeRange(before, after)[0]);
      }),
    );
  });
});
