import type { Bump } from "@nofx/contract-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classification, differencesBy } from "./index.ts";

const differences = differencesBy({
  severities: [],
  identities: {},
  schemas: { "definition/inputs": "input", "definition/outputs": "output" },
});
const classify = (before: object, after: object) => classification(differences(before, after));
const document = (inputs: unknown, outputs: unknown): object =>
  JSON.parse(JSON.stringify({ definition: { inputs, outputs } }));
const asInput = (before: unknown, after: unknown) => classify(document(before, {}), document(after, {}));
const asOutput = (before: unknown, after: unknown) => classify(document({}, before), document({}, after));
const object = (properties: object, rest: object = {}) => ({ type: "object", properties, ...rest });
const closed = { additionalProperties: false };
const one = (schema: object) => object({ n: schema });

/** A change of a schema, and what it is for those who send such values, and for those who receive them. */
const cases: [what: string, before: unknown, after: unknown, input: Bump, output: Bump][] = [
  ["a property more", object({}), object({ a: {} }), "minor", "minor"],
  ["a property less, where others are let in", object({ a: {} }), object({}), "minor", "major"],
  ["a property less, where others are refused", object({ a: {} }, closed), object({}, closed), "major", "major"],
  ["required now", object({ a: {} }), object({ a: {} }, { required: ["a"] }), "major", "minor"],
  ["optional now", object({ a: {} }, { required: ["a"] }), object({ a: {} }), "minor", "major"],
  [
    "required in another order",
    object({}, { required: ["a", "b"] }),
    object({}, { required: ["b", "a"] }),
    "patch",
    "patch",
  ],
  ["one type less", one({ type: ["string", "null"] }), one({ type: "string" }), "major", "minor"],
  ["one type more", one({ type: "string" }), one({ type: ["string", "null"] }), "minor", "major"],
  ["integers in place of numbers", one({ type: "number" }), one({ type: "integer" }), "major", "minor"],
  ["another type", one({ type: "string" }), one({ type: "boolean" }), "major", "major"],
  ["a type for the first time", one({}), one({ type: "string" }), "major", "minor"],
  ["the same type in a list", one({ type: "string" }), one({ type: ["string"] }), "patch", "patch"],
  ["a value less", one({ enum: ["a", "b"] }), one({ enum: ["a"] }), "major", "minor"],
  ["a value more", one({ enum: ["a"] }), one({ enum: ["a", { k: 1 }] }), "minor", "major"],
  ["values in another order", one({ enum: ["a", "b"] }), one({ enum: ["b", "a"] }), "patch", "patch"],
  ["a higher minimum", one({ minimum: 1 }), one({ minimum: 2 }), "major", "minor"],
  ["no minimum any more", one({ minimum: 1 }), one({}), "minor", "major"],
  ["a lower maximum", one({ maximum: 2 }), one({ maximum: 1 }), "major", "minor"],
  ["a maximum for the first time", one({}), one({ maxItems: 1 }), "major", "minor"],
  ["a size of at least nothing", one({}), one({ minLength: 0 }), "patch", "patch"],
  ["a bound that is no number", one({ exclusiveMinimum: true }), one({ exclusiveMinimum: 1 }), "major", "major"],
  ["coarser steps", one({ multipleOf: 2 }), one({ multipleOf: 4 }), "major", "minor"],
  ["finer steps", one({ multipleOf: 4 }), one({ multipleOf: 2 }), "minor", "major"],
  ["other steps", one({ multipleOf: 2 }), one({ multipleOf: 3 }), "major", "major"],
  ["no twins any more", one({ uniqueItems: false }), one({ uniqueItems: true }), "major", "minor"],
  ["another pattern", one({ pattern: "^a" }), one({ pattern: "^b" }), "major", "major"],
  ["no pattern any more", one({ pattern: "^a" }), one({}), "minor", "major"],
  ["a format for the first time", one({}), one({ format: "date" }), "major", "minor"],
  ["nothing else let in", object({}), object({}, closed), "major", "minor"],
  ["others let in", object({}, closed), object({}), "minor", "major"],
  ["`true` where nothing was said", object({}), object({}, { additionalProperties: true }), "patch", "patch"],
  ["others of one type only", object({}), object({}, { additionalProperties: { type: "string" } }), "major", "minor"],
  [
    "items of one type less",
    one({ items: { type: ["string", "null"] } }),
    one({ items: { type: "string" } }),
    "major",
    "minor",
  ],
  [
    "an alternative more",
    one({ anyOf: [{ const: 1 }] }),
    one({ anyOf: [{ const: 1 }, { const: 2 }] }),
    "minor",
    "major",
  ],
  [
    "an alternative less",
    one({ oneOf: [{ const: 1 }, { const: 2 }] }),
    one({ oneOf: [{ const: 2 }] }),
    "major",
    "minor",
  ],
  [
    "a narrower alternative",
    one({ anyOf: [{}, { minimum: 1 }] }),
    one({ anyOf: [{}, { minimum: 2 }] }),
    "major",
    "minor",
  ],
  [
    "a condition more",
    one({ allOf: [{ minimum: 1 }] }),
    one({ allOf: [{ minimum: 1 }, { maximum: 2 }] }),
    "major",
    "minor",
  ],
  ["another reference", one({ $ref: "#/$defs/a" }), one({ $ref: "#/$defs/b" }), "major", "major"],
  ["a narrower definition", { $defs: { a: {} } }, { $defs: { a: { type: "string" } } }, "major", "minor"],
  ["a definition more", { $defs: {} }, { $defs: { a: { type: "string" } } }, "patch", "patch"],
  ["another condition", { if: { const: 1 } }, { if: { const: 2 } }, "major", "major"],
  ["names of one pattern", object({}), object({}, { patternProperties: { "^x": false } }), "major", "minor"],
  ["another default", one({ default: 1 }), one({ default: 2 }), "minor", "patch"],
  ["another description", one({ description: "a" }), one({ description: "b", title: "T" }), "patch", "patch"],
  ["a keyword that nobody knows", one({}), one({ "x-hint": 1, constructor: 1, toString: {} }), "patch", "patch"],
  ["nothing at all accepted", one({ items: true }), one({ items: false }), "major", "minor"],
  [
    "a property called like a keyword",
    object({ required: { type: "string" } }),
    object({ required: { type: "boolean" } }),
    "major",
    "major",
  ],
  ["a schema that is `true`", object({ a: true }), object({ a: { type: "string" } }), "major", "minor"],
  ["a schema of another form", object({}), true, "major", "major"],
];

describe("a schema with", () => {
  it.each(cases)("%s is judged by who sends and who receives", (_what, before, after, input, output) => {
    expect({ input: asInput(before, after).bump, output: asOutput(before, after).bump }).toEqual({ input, output });
  });
});

describe("the reason", () => {
  const reasons = (found: ReturnType<typeof asInput>) => found.differences.map(({ reason }) => reason);
  it.each<[string, string[], string[]]>([
    [
      "inputs by name",
      reasons(asInput(object({ a: { type: "string" } }, closed), object({ b: {} }, { ...closed, required: ["b"] }))),
      [
        "Input `a` is removed: callers that send it are refused",
        "Input `b` is new",
        "Input `b` is now required: callers that leave it out are refused",
      ],
    ],
    [
      "outputs by name",
      reasons(asOutput(object({ a: {} }, { required: ["a", "b"] }), object({}))),
      [
        "Output `a` is removed: callers that read it break",
        "Output `a`, `b` are no longer always there: callers that rely on it break",
      ],
    ],
    [
      "places inside lists",
      reasons(asOutput(object({ f: { items: one({ maximum: 1 }) } }), object({ f: { items: one({ maximum: 2 }) } }))),
      ["Output `f[].n`: `maximum` goes from `1` to `2`: callers may receive what they do not expect"],
    ],
    [
      "values",
      reasons(asInput(one({ enum: ["a", "b"] }), one({ enum: ["b", "c"] }))),
      [
        "Input `n`: `enum` is no longer `a`, now `c`: it cannot be shown that everything that callers send is still accepted",
      ],
    ],
    [
      "the whole",
      reasons(asInput({}, { minProperties: 1 })),
      ["The input: `minProperties` is new (`1`): what callers send may be refused"],
    ],
  ])("names %s", (_what, found, expected) => {
    expect(found).toEqual(expected);
  });
});

describe("any two schemas", () => {
  const keyword = fc.constantFrom(
    "type",
    "enum",
    "required",
    "properties",
    "items",
    "anyOf",
    "additionalProperties",
    "minimum",
    "multipleOf",
    "$defs",
    "not",
    "x",
    "constructor",
    "__proto__",
    "default",
    "patternProperties",
  );
  const schema = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, true, false, 0, 1, -1, "a", "string"),
      tie("list"),
      tie("object"),
    ),
    list: fc.array(tie("value"), { maxLength: 3 }),
    object: fc.dictionary(keyword, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  })).value;

  it("get a verdict and no exception, and differ exactly if their texts do", () => {
    fc.assert(
      fc.property(schema, schema, (before, after) => {
        const [left, right] = [document(before, {}), document(after, {})];
        const { bump, differences } = classify(left, right);
        expect(bump === "none").toBe(differences.length === 0);
        expect(differences.length === 0).toBe(classify(right, left).differences.length === 0);
        expect(classify(left, left).differences).toEqual([]);
        for (const { severity, reason } of differences) {
          expect(severity).toMatch(/^(major|minor|patch)$/);
          expect(reason).not.toMatch(/undefined|\.$/);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("may nest as deeply as bodies may", () => {
    const deep = (leaf: object) => Array.from({ length: 60 }).reduce<object>((items) => ({ items }), leaf);
    expect(asInput(deep({ maximum: 2 }), deep({ maximum: 1 })).bump).toBe("major");
  });
});
