import { describe, expect, it } from "vitest";
import { TemplateEnvironments } from "./template-environment.ts";
import { PlanAssertion, TemplateTest } from "./template-test.ts";
import { Condition } from "./template-variable.ts";

const fits = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown): boolean =>
  schema.safeParse(value).success;

describe("a condition", () => {
  const compare = { variable: "a", equals: 1 };

  it.each<[unknown, boolean]>([
    [compare, true],
    [{ variable: "a" }, false],
    [{ ...compare, notEquals: 2 }, false],
    [{ all: [{ any: [{ not: compare }] }] }, true],
    [{ all: [{ any: [{ not: { not: compare } }] }] }, false],
    [{ all: [], any: [] }, false],
    [{ variable: "a", in: [{ variable: "b" }, null] }, true],
    [{ variable: "a", equals: { value: 1 } }, false],
  ])("%j: %s", (value, expected) => {
    expect(fits(Condition, value)).toBe(expected);
  });
});

describe("a test of a template", () => {
  const errors = [{ path: "$.variables.a", code: "missing" }];

  it.each<[unknown, boolean]>([
    [{ name: "a" }, true],
    [{ name: " " }, false],
    [{ name: "a", expect: { errors } }, true],
    [{ name: "a", expect: { errors, valid: true } }, false],
    [{ name: "a", expect: {} }, false],
    [{ name: "a", expect: { errors: [] } }, false],
    [{ name: "a", expect: { errors }, plan: [{ path: "$", exists: true }] }, false],
    [{ name: "a", plan: [{ path: "$", equals: null }] }, true],
  ])("%j: %s", (value, expected) => {
    expect(fits(TemplateTest, value)).toBe(expected);
  });

  it("asserts one thing at a time", () => {
    expect(fits(PlanAssertion, { path: "$", exists: true, count: 1 })).toBe(false);
    expect(fits(PlanAssertion, { path: "$" })).toBe(false);
  });
});

it("environments are few and have names like host names", () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`e${index}`, {}]));
  expect(fits(TemplateEnvironments, many(20))).toBe(true);
  expect(fits(TemplateEnvironments, many(21))).toBe(false);
  expect(fits(TemplateEnvironments, { Production: {} })).toBe(false);
});
