import type { TemplateVariable } from "@nofx/contract-marketplace";
import { describe, expect, it } from "vitest";
import type { Declared } from "./declared.ts";
import { resolveVariables } from "./resolve-variables.ts";

const declared = {
  title: { type: "string", required: true, minLength: 3, maxLength: 40, pattern: "^[A-Z]" },
  address: { type: "string", format: "uri" },
  ratio: { type: "number", minimum: 0, exclusiveMaximum: 1 },
  count: { type: "integer", default: 3, multipleOf: 3 },
  loud: { type: "boolean", default: false },
  mode: { type: "enum", enum: ["draft", "edit"], required: true },
  words: { type: "array", items: { type: "string", minLength: 1 }, maxItems: 3, uniqueItems: true },
  person: { type: "object", properties: { name: { type: "string" } }, schema: { required: ["name"] } },
  password: { type: "secret", required: true },
  anything: { type: "json" },
  tree: {
    type: "json",
    schema: { $defs: { leaf: { type: "integer" } }, type: "object", additionalProperties: { $ref: "#/$defs/leaf" } },
  },
  reviewer: { type: "string", required: true, when: { variable: "mode", equals: "edit" } },
} as const satisfies Record<string, unknown> as unknown as Declared;

const good = { title: "Notes", mode: "draft", password: "secret://mail/password" };

describe("values of variables", () => {
  it("are what is given, else the default", () => {
    const resolved = resolveVariables(declared, { ...good, count: 9 });
    expect(resolved).toMatchObject({ ok: true, warnings: [] });
    expect(resolved.ok && Object.fromEntries(resolved.values)).toEqual({ ...good, count: 9, loud: false });
  });

  it("wrong in eight ways: eight problems at once, each with its place", () => {
    const resolved = resolveVariables(declared, {
      address: "not an address",
      ratio: 1,
      count: 4,
      mode: "publish",
      words: ["a", "", "a"],
      person: {},
      password: "hunter2",
    });
    expect(resolved.ok || resolved.errors.map(({ path, code }) => `${path} ${code}`)).toEqual([
      "$.variables.address wrong_format",
      "$.variables.count not_multiple",
      "$.variables.mode not_allowed",
      "$.variables.password secret_value",
      "$.variables.person.name missing",
      "$.variables.ratio too_large",
      "$.variables.title missing",
      "$.variables.words[1] too_short",
      "$.variables.words duplicate",
    ]);
    expect(JSON.stringify(resolved)).not.toContain("hunter2");
  });

  it.each([
    ["a text that does not begin as it should", { title: "notes" }, "$.variables.title pattern_mismatch"],
    ["a text for a number", { ratio: "0.5" }, "$.variables.ratio wrong_type"],
    ["a fraction for an integer", { count: 3.5 }, "$.variables.count wrong_type"],
    ["null", { loud: null }, "$.variables.loud wrong_type"],
    ["a secret that is no text", { password: 7 }, "$.variables.password secret_value"],
    ["a secret with something behind it", { password: "secret://a b" }, "$.variables.password secret_value"],
    ["a leaf that is no number", { tree: { "a b": "x" } }, '$.variables.tree["a b"] wrong_type'],
  ])("%s is refused", (_what, given, problem) => {
    const resolved = resolveVariables(declared, { ...good, ...given });
    expect(resolved.ok || resolved.errors.map(({ path, code }) => `${path} ${code}`)).toContain(problem);
  });

  it("a variable whose condition holds is asked for; otherwise a value for it is passed over", () => {
    const asked = resolveVariables(declared, { ...good, mode: "edit" });
    expect(asked.ok || asked.errors).toEqual([
      { path: "$.variables.reviewer", code: "missing", message: "A value is needed" },
    ]);
    const passed = resolveVariables(declared, { ...good, reviewer: "Ann" });
    expect(passed).toMatchObject({ ok: true, warnings: [{ path: "$.variables.reviewer", code: "variable_not_used" }] });
    expect(passed.ok && passed.values.has("reviewer")).toBe(false);
  });

  it("a condition on a wrong value says nothing more", () => {
    const resolved = resolveVariables(declared, { ...good, mode: 5, reviewer: "Ann" });
    expect(resolved).toMatchObject({ ok: false, warnings: [] });
    expect(resolved.ok || resolved.errors).toHaveLength(1);
  });

  it("names that nobody declared are passed over, with what may be meant", () => {
    const resolved = resolveVariables(declared, { ...good, titles: "x" });
    expect(resolved.warnings).toEqual([
      {
        path: "$.variables.titles",
        code: "variable_unknown",
        message: "No variable has this name; title is meant, perhaps",
      },
    ]);
  });

  it("names like those of built-in members are names like others", () => {
    const odd = JSON.parse('{"__proto__": {"required": true}, "constructor": {"type": "integer"}}') as Declared;
    const missing = resolveVariables(odd, {});
    expect(missing.ok || missing.errors.map(({ path }) => path)).toEqual(["$.variables.__proto__"]);
    const given = resolveVariables(odd, JSON.parse('{"__proto__": "x", "constructor": 1}'));
    expect(given.ok && [...given.values]).toEqual([
      ["__proto__", "x"],
      ["constructor", 1],
    ]);
  });
});

describe("rules across variables", () => {
  const range: Declared = {
    from: { type: "string", format: "date", required: true },
    to: {
      type: "string",
      format: "date",
      rules: [{ holds: { variable: "to", atLeast: { variable: "from" } }, message: "Ends before it begins" }],
    },
  };
  const judge = (given: Record<string, unknown>) => {
    const resolved = resolveVariables(range, given);
    return resolved.ok ? "fine" : resolved.errors.map(({ path, message }) => `${path} ${message}`);
  };

  it("are held when the variable has a value", () => {
    expect(judge({ from: "2026-01-02", to: "2026-01-02" })).toBe("fine");
    expect(judge({ from: "2026-01-02" })).toBe("fine");
    expect(judge({ from: "2026-01-02", to: "2026-01-01" })).toEqual(["$.variables.to Ends before it begins"]);
  });

  it("are silent about values that are wrong already", () => {
    expect(judge({ from: "yesterday", to: "2026-01-01" })).toEqual(['$.variables.from Must match format "date"']);
  });
});

describe("declarations that make no sense", () => {
  it.each<[string, TemplateVariable]>([
    ["an unknown format", { type: "string", format: "colour" }],
    ["a pattern that is none", { type: "string", pattern: "(" }],
    ["a schema that is fetched", { type: "json", schema: { $ref: "https://example.com/s" } }],
  ])("%s is a problem of the declaration, not an exception", (_what, variable) => {
    const resolved = resolveVariables({ x: variable }, { x: "a" });
    expect(resolved.ok || resolved.errors.map(({ code }) => code)).toEqual(["declaration_invalid"]);
  });

  it("circles of conditions come to an end", () => {
    const circle: Declared = {
      a: { when: { variable: "b", present: true } },
      b: { when: { variable: "a", present: true }, default: "x" },
    };
    expect(resolveVariables(circle, { a: "1" })).toMatchObject({ ok: true });
  });
});
