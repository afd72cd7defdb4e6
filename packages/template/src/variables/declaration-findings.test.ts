import type { TemplateVariable } from "@nofx/contract-marketplace";
import { describe, expect, it } from "vitest";
import { declarationFindings } from "./declaration-findings.ts";

const found = (declared: Record<string, TemplateVariable>): string[] =>
  declarationFindings(declared, Object.keys(declared)).map(
    ({ path, code }) => `${path.replace("$.content.variables.", "")} ${code}`,
  );

describe("declarations of variables", () => {
  it.each<[string, TemplateVariable, string[]]>([
    ["a length of a number", { type: "number", maxLength: 5 }, ["x.maxLength key_of_other_type"]],
    ["values of a text", { type: "string", enum: ["a"] }, ["x.enum key_of_other_type"]],
    ["an enum without values", { type: "enum" }, ["x.enum enum_missing"]],
    ["an expression with a look-ahead", { pattern: "(?=a)" }, ["x.pattern pattern_invalid"]],
    ["a format that nobody checks", { format: "colour" }, ["x declaration_invalid"]],
    ["members of no type", { type: "array", items: { type: "text" } }, ["x declaration_invalid"]],
    [
      "a schema that would be fetched",
      { type: "json", schema: { $ref: "file:///etc/passwd" } },
      ["x.schema schema_invalid"],
    ],
    ["a default that does not fit", { type: "integer", default: "5" }, ["x.default default_invalid"]],
    [
      "a default that does not fit in a place",
      { type: "array", items: { type: "string" }, default: [1] },
      ["x.default[0] default_invalid"],
    ],
    ["a secret's default", { type: "secret", default: "secret://a" }, ["x.default secret_default"]],
    ["a condition on nothing", { when: { variable: "y", present: true } }, ["x.when variable_undeclared"]],
    [
      "a rule with no expression",
      { rules: [{ holds: { variable: "x", matches: "(" }, message: "m" }] },
      ["x.rules[0].holds pattern_invalid"],
    ],
    ["a condition on itself", { when: { variable: "x", present: true } }, ["x.when condition_circle"]],
    ["nothing wrong", { type: "array", items: { type: "string" }, default: ["a"], schema: { maxItems: 5 } }, []],
  ])("%s", (_what, variable, expected) => {
    expect(found({ x: variable })).toEqual(expected);
  });

  it("name all who are in a circle", () => {
    const at = (variable: string): TemplateVariable => ({ when: { variable, present: true } });
    const [first] = declarationFindings({ a: at("b"), b: at("c"), c: at("a"), d: {} }, ["a", "b", "c", "d"]);
    expect(first?.message).toContain("a, b, c");
  });
});
