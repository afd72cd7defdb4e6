import fc from "fast-check";
import { parse } from "semver";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { Digest, ResourceId, SemVer, TenantId, Timestamp } from "./index.ts";

const accepts = (schema: z.ZodType, text: string): boolean => schema.safeParse(text).success;

/** The semver library's opinion, without its leniency about a leading `v`, `=` and white space. */
const isSemVer = (text: string): boolean => {
  const parsed = parse(text);
  return (
    parsed !== null && text === [parsed.version, ...(parsed.build.length ? [parsed.build.join(".")] : [])].join("+")
  );
};

const part = fc.oneof(
  fc.constantFrom("0", "1", "00", "01", "-", "-1", "a", "0a", "1a", "A-z", "", "é", "_", " ", "999999999999999"),
  fc.nat(99).map(String),
);
const list = fc.array(part, { maxLength: 3 }).map((parts) => parts.join("."));
const nearlyVersion = fc
  .tuple(fc.array(part, { minLength: 2, maxLength: 4 }), fc.option(list), fc.option(list))
  .map(([core, pre, build]) => core.join(".") + (pre === null ? "" : `-${pre}`) + (build === null ? "" : `+${build}`));

describe("SemVer", () => {
  it("accepts exactly what the semver library accepts", () => {
    fc.assert(
      fc.property(nearlyVersion, (text) => {
        expect(accepts(SemVer, text), text).toBe(isSemVer(text));
      }),
      { numRuns: 5_000, examples: ["1.0.0", "1.0.0-a.1+b.01", "v1.0.0", "1.0.0\n", "1.0.0-"].map((text) => [text]) },
    );
  });

  it("accepts 15 digits and refuses 16, which not every implementation compares exactly", () => {
    expect(accepts(SemVer, `1.${"9".repeat(15)}.0-rc.${"9".repeat(15)}`)).toBe(true);
    expect(accepts(SemVer, `1.${"9".repeat(16)}.0`)).toBe(false);
    expect(accepts(SemVer, `1.0.0-rc.${"9".repeat(16)}`)).toBe(false);
  });

  it("accepts 128 characters and refuses 129", () => {
    expect(accepts(SemVer, `1.0.0-${"a".repeat(122)}`)).toBe(true);
    expect(accepts(SemVer, `1.0.0-${"a".repeat(123)}`)).toBe(false);
  });

  it("is judged quickly, however long and hostile the text", () => {
    const startedAt = performance.now();
    for (const piece of ["a", "1", "-", "1.", "a-", "0a."]) {
      expect(accepts(SemVer, `1.0.0-${piece.repeat(100_000)}!`)).toBe(false);
    }
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});

describe.each([
  ["TenantId", TenantId, 63, "-", ["a_b", "a.b"]],
  ["ResourceId", ResourceId, 128, "-._", []],
] as const)("%s", (_name, schema, lengthMax, inner, refused) => {
  it.each(["a", "0", "acme", "a1", "a--b", "x".repeat(lengthMax)])("accepts %j", (text) => {
    expect(accepts(schema, text)).toBe(true);
  });

  it.each([...inner])("accepts %j inside, not at the ends", (sign) => {
    expect(accepts(schema, `a${sign}b`)).toBe(true);
    expect(accepts(schema, `${sign}a`)).toBe(false);
    expect(accepts(schema, `a${sign}`)).toBe(false);
    expect(accepts(schema, sign)).toBe(false);
  });

  it.each(["", "A", "ä", "a b", "a/b", "a\n", "a\0", "%2e", "x".repeat(lengthMax + 1), ...refused])(
    "refuses %j",
    (text) => {
      expect(accepts(schema, text)).toBe(false);
    },
  );
});

describe("Timestamp", () => {
  it("accepts what toISOString writes", () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date("9999-12-31") }), (date) => {
        expect(accepts(Timestamp, date.toISOString())).toBe(true);
      }),
    );
  });

  it.each(["2026-11-22", "2026-11-22T09:30:00", "2026-11-22T09:30:00+01:00", "2026-02-30T00:00:00Z", "now"])(
    "refuses %s: a date and time in UTC, nothing else",
    (text) => {
      expect(accepts(Timestamp, text)).toBe(false);
    },
  );
});

describe("Digest", () => {
  const hex = "0123456789abcdef".repeat(4);
  it.each([
    [`sha256:${hex}`, true],
    [hex, false],
    [`sha256:${hex.toUpperCase()}`, false],
    [`sha256:${hex}0`, false],
    [`sha512:${hex}`, false],
    [`sha256:${hex}\n`, false],
  ])("%j: %s", (text, accepted) => {
    expect(accepts(Digest, text)).toBe(accepted);
  });
});
