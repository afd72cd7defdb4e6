import type { TemplateVariable } from "@nofx/contract-marketplace";
import { compareBumps } from "@nofx/versioning";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generateInputs } from "../testing/generate.ts";
import { declarationFindings } from "./declaration-findings.ts";
import { resolveVariables } from "./resolve-variables.ts";
import { variableDifferences } from "./variable-differences.ts";

type Variables = Readonly<Record<string, unknown>>;

const differences = (before: Variables, after: Variables) => variableDifferences(before, after, "$.content.variables");
const told = (before: Variables, after: Variables) =>
  differences(before, after).map(({ path, severity }) => `${severity} ${path.replace("$.content.variables.", "")}`);
const one = (before: unknown, after: unknown) => told({ x: before }, { x: after });
const shows = (variable: string) => ({ variable, present: true });
const rule = (holds: object, message = "m") => ({ holds, message });

const cases: [what: string, before: unknown, after: unknown, found: string[]][] = [
  ["a longer text", { maxLength: 5 }, { maxLength: 9 }, ["minor x.maxLength"]],
  ["a shorter text", { maxLength: 9 }, { maxLength: 5 }, ["major x.maxLength"]],
  ["a length for the first time", {}, { minLength: 1 }, ["major x.minLength"]],
  ["a value more", { type: "enum", enum: ["a"] }, { type: "enum", enum: ["a", "b"] }, ["minor x.enum"]],
  ["a value less", { type: "enum", enum: ["a", "b"] }, { type: "enum", enum: ["a"] }, ["major x.enum"]],
  ["numbers for integers", { type: "integer" }, { type: "number" }, ["minor x.type"]],
  ["integers for numbers", { type: "number" }, { type: "integer" }, ["major x.type"]],
  ["another expression", { pattern: "^a" }, { pattern: "^ab?" }, ["major x.pattern"]],
  ["no expression any more", { pattern: "^a" }, {}, ["minor x.pattern"]],
  ["a format for the first time", {}, { format: "date" }, ["major x.format"]],
  ["no format any more", { format: "date" }, {}, ["minor x.format"]],
  [
    "members of fewer types",
    { type: "array", items: {} },
    { type: "array", items: { type: "string" } },
    ["major x.items.type"],
  ],
  [
    "a member told of for the first time",
    { type: "object", properties: {} },
    { type: "object", properties: { a: { type: "string" } } },
    ["major x.properties.a"],
  ],
  ["a schema besides", {}, { schema: { maxLength: 5 } }, ["major x.schema.maxLength"]],
  ["no schema besides any more", { schema: { maxLength: 5 } }, {}, ["minor x.schema.maxLength"]],
  ["a schema that nothing fits", { schema: true }, { schema: false }, ["major x.schema"]],
  ["texts for any JSON", { type: "json" }, { type: "string" }, ["major x.type"]],
  ["any JSON for texts", { maxLength: 5 }, { type: "json" }, ["minor x.type", "minor x.maxLength"]],
  ["the type said that it has anyway", {}, { type: "string" }, ["patch x.type"]],
  [
    "a text for a list of texts",
    { type: "enum", enum: ["a", "b"] },
    { type: "string" },
    ["minor x.type", "patch x.enum"],
  ],
  [
    "a text that not all of the list fit",
    { type: "enum", enum: ["a", "bb"] },
    { type: "string", maxLength: 1 },
    ["major x.type", "patch x.enum", "patch x.maxLength"],
  ],
  [
    "a list that has both",
    { type: "boolean" },
    { type: "enum", enum: [true, false, "?"] },
    ["minor x.type", "patch x.enum"],
  ],
  ["a secret for a text", { type: "string" }, { type: "secret" }, ["major x.type"]],
  ["a text for a secret", { type: "secret" }, { type: "string" }, ["major x.type"]],
  ["required now", { required: false }, { required: true }, ["major x.required"]],
  ["no longer required", { required: true }, {}, ["minor x.required"]],
  ["required beside a default", { default: "a" }, { default: "a", required: true }, ["patch x.required"]],
  ["said not to be required", {}, { required: false }, ["patch x.required"]],
  ["a default for a required one", { required: true }, { required: true, default: "a" }, ["minor x.default"]],
  ["no default of a required one", { required: true, default: "a" }, { required: true }, ["major x.default"]],
  ["another default", { default: "a" }, { default: "b" }, ["minor x.default"]],
  ["a default", {}, { default: null, type: "json" }, ["minor x.type", "minor x.default"]],
  ["no default", { default: "a" }, {}, ["minor x.default"]],
  ["a rule more", {}, { rules: [rule(shows("x"))] }, ["major x.rules"]],
  ["a rule less", { rules: [rule(shows("x"))] }, {}, ["minor x.rules"]],
  ["another rule", { rules: [rule(shows("x"))] }, { rules: [rule(shows("y"))] }, ["major x.rules"]],
  ["a rule in other words", { rules: [rule(shows("x"))] }, { rules: [rule(shows("x"), "n")] }, ["patch x.rules"]],
  ["a condition", {}, { when: shows("y") }, ["major x.when"]],
  ["another condition", { when: shows("y") }, { when: shows("z") }, ["major x.when"]],
  ["no condition", { when: shows("y") }, {}, ["minor x.when"]],
  ["no condition, but a duty", { when: shows("y"), required: true }, { required: true }, ["major x.when"]],
  ["other words", { description: "a" }, { description: "b" }, ["patch x.description"]],
  ["a member that its type does not know", { type: "boolean" }, { type: "boolean", pattern: "a" }, ["patch x.pattern"]],
  [
    "a member that nobody knows",
    { min: 1, a: 1 },
    { min: 2, minimum: 3 },
    ["minor x.min", "minor x.a", "patch x.minimum"],
  ],
  ["what cannot be read", 5, {}, ["major x"]],
  ["the same in another order", { minLength: 1, maxLength: 2 }, { maxLength: 2, minLength: 1 }, []],
];

describe("a variable with", () => {
  it.each(cases)("%s", (_what, before, after, found) => {
    expect(one(before, after)).toEqual(found);
  });

  it("another default, on which conditions depend, may refuse who leaves it out", () => {
    const others = { rule: { rules: [rule({ variable: "rule", atLeast: { variable: "x" } })] } };
    const [before, after] = [{ x: { default: 1 } }, { x: { default: 2 } }];
    expect(told({ ...before, ...others }, { ...after, ...others })).toEqual(["major x.default"]);
    const duty = { there: { required: true, when: { variable: "x", equals: 2 } } };
    expect(told({ ...before, ...duty }, { ...after, ...duty })).toEqual(["major x.default"]);
    const choice = { there: { when: { variable: "x", equals: 2 } } };
    expect(told({ ...before, ...choice }, { ...after, ...choice })).toEqual(["minor x.default"]);
    expect(one({ rules: [rule(shows("x"))] }, { rules: [rule(shows("x"))], default: "a" })).toEqual([
      "major x.default",
    ]);
  });
});

describe("a variable that", () => {
  it("is new demands a major version only if callers must give it, or its default may break a rule", () => {
    expect(told({}, { x: { required: true } })).toEqual(["major x"]);
    expect(told({}, { x: { required: true, default: "a" } })).toEqual(["minor x"]);
    expect(told({}, { x: { default: "a", rules: [rule(shows("y"))] } })).toEqual(["major x"]);
    expect(told({}, { x: { rules: [rule(shows("y"))] } })).toEqual(["minor x"]);
  });

  it("is gone is passed over where it is given, as its verdict says", () => {
    expect(told({ x: { required: true } }, {})).toEqual(["minor x"]);
    expect(resolveVariables({}, { x: "a" })).toMatchObject({ ok: true, warnings: [{ code: "variable_unknown" }] });
  });
});

const word = fc.constantFrom("a", "bb", "Größe", 0, 1, 5, true, null);
const bound = fc.option(fc.nat(4), { nil: undefined });
const variable = fc.oneof(
  fc.record({ minLength: bound, maxLength: bound, pattern: fc.constantFrom(undefined, "a", "^a") }),
  fc.record({ type: fc.constantFrom("integer", "number"), minimum: bound, maximum: bound }),
  fc.record({ type: fc.constant("enum"), enum: fc.uniqueArray(word, { minLength: 1, maxLength: 3 }) }),
  fc.record({
    type: fc.constant("array"),
    items: fc.constantFrom({}, { type: "string" }, { enum: ["a"] }, { oneOf: [{ const: "a" }, { maxLength: 3 }] }),
    minItems: bound,
    maxItems: bound,
    uniqueItems: fc.boolean(),
  }),
  fc.record({
    type: fc.constantFrom("string", "json", "boolean", "secret", "object"),
    schema: fc.constantFrom(undefined, true, { type: ["string", "boolean"] }, { not: { const: "a" } }),
  }),
);
const anyVariable = fc
  .tuple(
    variable,
    fc.record({
      required: fc.boolean(),
      default: fc.option(word, { nil: undefined }),
      when: fc.constantFrom(undefined, shows("y"), { variable: "y", equals: "a" }),
      rules: fc.constantFrom(undefined, [rule(shows("y"))], [rule({ variable: "x", notEquals: { variable: "y" } })]),
    }),
  )
  .map(([kind, more]) => JSON.parse(JSON.stringify({ ...kind, ...more })) as TemplateVariable);
const anyVariables = fc
  .record({ x: anyVariable, y: fc.oneof(anyVariable, fc.constant({} as TemplateVariable)) })
  // Nothing waits for itself.
  .map(({ x, y: { when: _when, rules: _rules, ...y } }) => ({ x, y }))
  .filter((declared) => declarationFindings(declared, ["x", "y"]).length === 0);

describe("any two declarations", () => {
  it("are told apart exactly if they differ, by whoever compares them first", () => {
    fc.assert(
      fc.property(anyVariables, anyVariables, (before, after) => {
        expect(differences(before, before)).toEqual([]);
        expect(differences(before, after)).toEqual(differences(before, after));
        expect(differences(before, after).length === 0).toBe(differences(after, before).length === 0);
      }),
    );
  });

  it("take what was taken, unless the verdict is major", () => {
    fc.assert(
      fc.property(anyVariables, anyVariables, word, word, (before, after, x, y) => {
        const [worst] = differences(before, after).toSorted((a, b) => compareBumps(b.severity, a.severity));
        const given = [
          {},
          { x },
          { y },
          { x, y },
          ...[...generateInputs(before, { y })].flatMap((input) => (input ? [input.variables] : [])),
        ];
        const refused = given.filter((values) => {
          // A value for what is not there is passed over, whatever it is.
          const now = resolveVariables(before, values);
          const isUsed = now.ok && now.warnings.length === 0;
          return isUsed && !resolveVariables(after, values).ok;
        });
        if (refused.length > 0) expect({ refused, worst: worst?.severity }).toEqual({ refused, worst: "major" });
      }),
      { numRuns: 300 },
    );
  });
});
