import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalForm, sha256 } from "./index.ts";

const json = fc.jsonValue({ stringUnit: "grapheme" });

/** The same value with the keys of every object in the opposite order. */
const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
};

describe("the canonical form", () => {
  it("is a fixed point: parsed and made canonical again, it is the same text", () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalForm(value);
        expect(canonicalForm(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it("means the same as the value", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(canonicalForm(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("does not depend on the order of keys", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalForm(reversed(value))).toBe(canonicalForm(value));
      }),
    );
  });

  it("depends on the order of list members", () => {
    expect(canonicalForm([1, 2])).not.toBe(canonicalForm([2, 1]));
  });

  it("writes the example of RFC 8785, section 3.2.2", () => {
    const example = {
      // biome-ignore lint/correctness/noPrecisionLoss: the RFC's own number
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"/",
      literals: [null, true, false],
    };
    expect(canonicalForm(example)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it("orders keys by UTF-16 code units, as RFC 8785, section 3.2.3 demands", () => {
    expect(canonicalForm({ "\ufb33": 1, "\u{1f600}": 2, "\r": 3, 1: 4, "\u20ac": 5 })).toBe(
      '{"\\r":3,"1":4,"€":5,"\u{1f600}":2,"\ufb33":1}',
    );
  });

  it.each([undefined, () => 1, Symbol("s")])("does not exist of %s, which is not JSON", (value) => {
    expect(() => canonicalForm(value)).toThrow(TypeError);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, "\ud800", { "\udfff": 1 }])("does not exist of %j", (value) => {
    expect(() => canonicalForm(value)).toThrow();
  });
});

describe("sha256", () => {
  it("agrees with the test vector of FIPS 180-2", () => {
    expect(sha256("abc")).toBe("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  it("of a text is that of its bytes in UTF-8", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(sha256(text)).toBe(sha256(new TextEncoder().encode(text)));
      }),
    );
  });
});
