import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileSchema } from "./json-schema.ts";
import { compilePattern } from "./pattern.ts";

const codes = (schema: unknown, value: unknown): string[] => compileSchema(schema)(value).map(({ code }) => code);

/** Each definition is two of the next one: gone through naively, 2^n schemas. */
const doubling = (n: number) => ({
  $defs: Object.fromEntries(
    Array.from({ length: n }, (_, index) => {
      const next = { $ref: `#/$defs/d${index + 1}` };
      return [`d${index}`, index === n - 1 ? { type: "integer" } : { allOf: [next, next] }];
    }),
  ),
  $ref: "#/$defs/d0",
});

describe("a JSON Schema", () => {
  it.each<[string, unknown, string]>([
    ["something else than a schema", 5, "a schema is an object"],
    ["something to fetch", { $ref: "https://example.com/schema.json" }, "nothing is fetched"],
    ["a reference into the document", { $ref: "#/properties/a" }, "nothing is fetched"],
    ["a definition that is not there", { $ref: "#/$defs/a" }, "there is no `#/$defs/a`"],
    ["a circle", { $defs: { a: { items: { $ref: "#/$defs/a" } } }, $ref: "#/$defs/a" }, "leads back to itself"],
    ["a circle that nothing uses", { $defs: { a: { $ref: "#/$defs/a" } } }, "leads back to itself"],
    ["names for others", { $id: "https://example.com/a" }, "`$id` is not supported"],
    ["names further in", { items: { $anchor: "a" } }, "`$anchor` is not supported"],
    ["another dialect", { $schema: "http://json-schema.org/draft-07/schema#" }, "`$schema` can be"],
    ["more than can be gone through", doubling(20), "more than 1000 schemas"],
    ["more than can be read", { const: "x".repeat(70_000) }, "larger than 64 KB"],
    ["nesting without end", JSON.parse(`${'{"not":'.repeat(50)}{}${"}".repeat(50)}`), "nests deeper"],
    ["words that nobody knows", { typ: "string" }, "typ"],
    ["a wrong word for a type", { type: "text" }, "type"],
    ["a look-behind", { pattern: "(?<=a)b" }, "(?<"],
    ["a format that nobody checks", { type: "string", format: "colour" }, "colour"],
  ])("with %s is refused", (_what, schema, message) => {
    expect(() => compileSchema(schema)).toThrow(RangeError);
    expect(() => compileSchema(schema)).toThrow(message);
  });

  it("that doubles a few times is taken", () => {
    expect(codes(doubling(5), 5)).toEqual([]);
    expect(codes(doubling(5), "x")).toContain("wrong_type");
  });

  it("may be `true`, and `false` takes nothing", () => {
    expect(codes(true, 5)).toEqual([]);
    expect(codes(false, 5)).toEqual(["schema_mismatch"]);
  });

  it.each<[unknown, unknown, unknown[], string]>([
    [{ type: "object", required: ["a/b"] }, {}, ["a/b"], "A value is needed"],
    [{ additionalProperties: false }, { "a~b": 1 }, ["a~b"], "Nothing of this name is known here"],
    [{ items: { enum: ["a", 1] } }, [2], [0], 'Must be one of "a", 1'],
    [{ properties: { "x~/y": { const: null } } }, { "x~/y": 1 }, ["x~/y"], "Must be null"],
    [{ properties: { a: true }, unevaluatedProperties: false }, { b: 1 }, ["b"], "Nothing of this name is known here"],
    [
      { uniqueItems: true },
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      [],
      "Must not have duplicate items",
    ],
  ])("%j tells what is wrong with %j, and where", (schema, value, path, message) => {
    expect(compileSchema(schema)(value)).toMatchObject([{ path, message }]);
  });

  it("takes each kind of format that it names, and nothing long", () => {
    expect(codes({ format: "email" }, "a@example.com")).toEqual([]);
    expect(codes({ format: "email" }, `${"a".repeat(3000)}@example.com`)).toEqual(["wrong_format"]);
    expect(codes({ format: "date" }, "2026-02-30")).toEqual(["wrong_format"]);
    expect(codes({ format: "date" }, 5)).toEqual([]);
  });

  it("takes any JSON value without an exception, and tells nothing of it", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ minLength: 20 }), (value, secret) => {
        const schema = { type: "object", properties: { a: { type: "integer" } }, required: ["a"] };
        const told = JSON.stringify(compileSchema(schema)({ a: secret, value }));
        expect(told).not.toContain(JSON.stringify(secret).slice(1, -1));
      }),
    );
  });
});

describe("checking takes time linear in the value", () => {
  it.each<[string, unknown, (n: number) => unknown]>([
    ["an expression that explodes elsewhere", { pattern: "^(a+)+$" }, (n) => `${"a".repeat(n)}b`],
    ["unique members", { uniqueItems: true }, (n) => Array.from({ length: n }, (_, a) => ({ a }))],
    ["an address", { format: "email" }, (n) => `${"a.".repeat(n)}@`],
    ["many errors", { items: { type: "string" } }, (n) => Array.from({ length: n }, () => 5)],
  ])("%s", (_what, schema, make) => {
    const check = compileSchema(schema);
    const value = make(100_000);
    const start = performance.now();
    check(value);
    // Work that grows with the square would take minutes.
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

describe("an expression", () => {
  it.each([
    ["(", "missing closing"],
    ["(a)\\1", "invalid escape sequence"],
    ["a".repeat(1001), "longer than 1000 characters"],
    ["((a{100}){100}){100}", ""],
    ["(a{90}b{90}){90}", ""],
  ])("%s is refused", (source, message) => {
    expect(() => compilePattern(source)).toThrow(RangeError);
    expect(() => compilePattern(source)).toThrow(message);
  });
});
