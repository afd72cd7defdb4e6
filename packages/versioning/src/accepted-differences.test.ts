import { describe, expect, it } from "vitest";
import { acceptedDifferences } from "./index.ts";

const told = (before: unknown, after: unknown) =>
  acceptedDifferences(before, after, { path: "$.x", name: "x" }).map(
    ({ path, severity, reason }) => `${severity} ${path}: ${reason}`,
  );
const object = (properties: object, rest: object = {}) => ({ properties, ...rest });
const closed = { additionalProperties: false };
const text = { type: "string" };

const cases: [what: string, before: unknown, after: unknown, found: string[]][] = [
  [
    "a longer text",
    { maxLength: 5 },
    { maxLength: 9 },
    ["minor $.x.maxLength: Variable `x` takes more values: `maxLength` goes from `5` to `9`"],
  ],
  [
    "a shorter text",
    { maxLength: 9 },
    { maxLength: 5 },
    ["major $.x.maxLength: Variable `x` takes fewer values: `maxLength` goes from `9` to `5`"],
  ],
  [
    "a value more",
    { enum: ["a"] },
    { enum: ["a", "b"] },
    ["minor $.x.enum: Variable `x` takes more values: `enum` is now `b`"],
  ],
  [
    "the same values in another order",
    { enum: [1, 2] },
    { enum: [2, 1] },
    ["patch $.x.enum: Variable `x` is described otherwise: `enum` is listed otherwise"],
  ],
  [
    "a member of a list that may be less",
    { items: { maximum: 9 } },
    { items: { maximum: 5 } },
    ["major $.x.items.maximum: Variable `x[]` takes fewer values: `maximum` goes from `9` to `5`"],
  ],
  [
    "another expression",
    { pattern: "^a" },
    { pattern: "^b" },
    [
      "major $.x.pattern: Variable `x` takes other values: it cannot be shown that everything that was taken still is: `pattern` goes from `^a` to `^b`",
    ],
  ],
  [
    "a member told of for the first time, which could be anything",
    object({}),
    object({ a: text }),
    ["major $.x.properties.a: Variable `x.a` takes fewer values: what it takes is told now"],
  ],
  [
    "a member told of that may be anything still",
    object({}),
    object({ a: {} }),
    ["patch $.x.properties.a: Variable `x.a` is described otherwise: what it takes is told now"],
  ],
  [
    "a member told of where there was none",
    object({}, closed),
    object({ a: text }, closed),
    ["minor $.x.properties.a: Variable `x.a` takes more values: what it takes is told now"],
  ],
  [
    "a member no longer told of, where others are refused",
    object({ a: text }, closed),
    object({}, closed),
    ["major $.x.properties.a: Variable `x.a` takes fewer values: what it takes is no longer told"],
  ],
  [
    "a member that is one of others now",
    object({ a: text }, { additionalProperties: text }),
    object({}, { additionalProperties: text }),
    [
      "major $.x.properties.a: Variable `x.a` takes other values: it cannot be shown that everything that was taken still is: what it takes is no longer told",
    ],
  ],
  ["nothing at all", text, false, ["major $.x: Variable `x` takes fewer values: it has another schema"]],
  ["anything", text, true, ["minor $.x.type: Variable `x` takes more values: `type` is gone"]],
  ["a schema that says nothing", undefined, true, []],
];

/** More of a part, and less of the whole: what the one accepted, the other refuses. */
const unclear: [what: string, before: unknown, after: unknown][] = [
  ["of several that fit", { oneOf: [{ minimum: 5 }] }, { oneOf: [{ minimum: 5 }, { minimum: 3 }] }],
  ["in a list of the same twice", { oneOf: [text] }, { oneOf: [text, text] }],
  [
    "of a wider negation by reference",
    { not: { $ref: "#/$defs/a" }, $defs: { a: text } },
    { not: { $ref: "#/$defs/a" }, $defs: { a: {} } },
  ],
  ["at most so often", { contains: { minimum: 5 }, maxContains: 1 }, { contains: { minimum: 3 }, maxContains: 1 }],
  ["in the last of places", { prefixItems: [{}, {}], items: false }, { prefixItems: [{}], items: false }],
  ["by a name's form", { patternProperties: { "^a": {} }, ...closed }, { patternProperties: {}, ...closed }],
];

describe("what a value may be", () => {
  it.each(cases)("%s is judged by what is refused now", (_what, before, after, found) => {
    expect(told(before, after)).toEqual(found);
  });

  it.each(unclear)("%s: where more may be less, it is major", (_what, before, after) => {
    expect(told(before, after).some((one) => one.startsWith("major"))).toBe(true);
  });

  it("is the same under other words, also beside such keywords, but no property is called like them", () => {
    const one = (title: string) => ({ oneOf: [{ title, $comment: title }] });
    expect(told(one("a"), one("b")).map((each) => each.slice(0, 5))).toEqual(["patch", "patch"]);
    const named = (type: string) => ({ not: {}, properties: { title: { type } } });
    expect(told(named("integer"), named("number"))[0]).toMatch(/^major/);
    expect(told({ not: {}, ...object({}) }, { not: {}, ...object({ title: {} }) })[0]).toMatch(/^major/);
  });
});
