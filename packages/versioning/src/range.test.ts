import fc from "fast-check";
import { compare, maxSatisfying, validRange } from "semver";
import { describe, expect, it } from "vitest";
import { parseRange, precedenceKey } from "./index.ts";

const number = fc.nat({ max: 3 });
const core = fc.tuple(number, number, number).map((parts) => parts.join("."));
const tail = fc.constantFrom("", "", "", "-alpha", "-beta.2", "-beta.11", "-0");
const version = fc.tuple(core, tail).map((parts) => parts.join(""));
const partial = fc
  .tuple(number, fc.option(number))
  .map(([major, minor]) => (minor === null ? `${major}` : `${major}.${minor}`));
const simple = fc.oneof(
  fc
    .tuple(fc.constantFrom("^", "~", ">=", "<", "=", "", ">", "<="), fc.oneof(version, partial))
    .map((parts) => parts.join("")),
  fc.constantFrom("*", "x", "1.x", ""),
);
const range = fc.oneof(
  simple,
  fc.tuple(simple, simple).map((parts) => parts.join(" ")),
  fc.tuple(simple, simple).map((parts) => parts.join(" || ")),
  fc.tuple(core, core).map((parts) => parts.join(" - ")),
);

describe("a version range", () => {
  it("picks from any versions what npm picks", () => {
    fc.assert(
      fc.property(range, fc.array(version, { maxLength: 30 }), (text, versions) => {
        const parsed = parseRange(text);
        const falling = versions.toSorted((a, b) => (precedenceKey(a) > precedenceKey(b) ? -1 : 1));
        const picked = falling.find((item) => parsed?.includes(item));
        const expected = maxSatisfying(versions, text);
        if (expected === null) expect(picked).toBeUndefined();
        else expect(compare(picked ?? "", expected)).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });

  it("can tell which pre-releases only lack a mention", () => {
    const parsed = parseRange("^1.0.0");
    expect(["1.1.0-beta", "1.1.0", "2.0.0-beta"].map((item) => parsed?.includes(item))).toEqual([false, true, false]);
    expect(["1.1.0-beta", "1.1.0", "2.0.0-beta"].map((item) => parsed?.includesPrerelease(item))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it.each(["latest", "^", ">=1.0.0 <", "1.2.3.4", "a".repeat(257), `1${" ".repeat(256)}`])("is not %j", (text) => {
    expect(parseRange(text)).toBeUndefined();
  });

  it("is read or refused quickly, whatever the text", () => {
    const pieces = fc.constantFrom(
      "1",
      "1.2.3",
      "x",
      "v",
      "^",
      "~",
      "<",
      ">",
      "=",
      " ",
      "  ",
      "||",
      "-",
      " - ",
      "-a",
      ".",
      "*",
      "+",
    );
    fc.assert(
      fc.property(fc.array(pieces, { minLength: 60, maxLength: 250 }), (parts) => {
        const text = parts.join("").slice(0, 256);
        const start = performance.now();
        const parsed = parseRange(text);
        for (let count = 0; count < 100; count += 1) parsed?.includes("1.2.3");
        expect(performance.now() - start).toBeLessThan(2_000);
        expect(parsed !== undefined).toBe(validRange(text) !== null);
      }),
    );
  });
});
