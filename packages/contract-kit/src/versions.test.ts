import { describe, expect, it } from "vitest";
import { deprecationSchema, namesSuccessorRightly, ResourceId } from "./index.ts";

describe("a deprecation", () => {
  const schema = deprecationSchema("template", { templateId: ResourceId });
  const successor = { tenant: "acme", templateId: "review", url: "/api/templates/review?tenant=acme" };
  const told = { of: "template", since: "2026-11-22T09:30:00.000Z", reason: "old", successor };

  it("is of the kind of resource it was made for, or of a version", () => {
    expect(schema.parse(told)).toEqual(told);
    expect(schema.safeParse({ ...told, of: "version" }).success).toBe(true);
    expect(schema.safeParse({ ...told, of: "agent" }).success).toBe(false);
  });

  it("leads to a successor that is named as such resources are, or to none", () => {
    const { successor: _none, ...without } = told;
    expect(schema.safeParse(without).success).toBe(true);
    const { templateId: _id, ...nameless } = successor;
    expect(schema.safeParse({ ...told, successor: nameless }).success).toBe(false);
    expect(schema.safeParse({ ...told, successor: { ...successor, templateId: "No id" } }).success).toBe(false);
  });
});

describe("a successor", () => {
  it.each([
    ["deprecated", "2.0.0", true],
    ["deprecated", undefined, true],
    ["active", undefined, true],
    ["active", "2.0.0", false],
    ["archived", { tenant: "acme" }, false],
  ])("with status %s and successor %j is named rightly: %s", (status, successor, expected) => {
    expect(namesSuccessorRightly({ status, successor })).toBe(expected);
  });
});
