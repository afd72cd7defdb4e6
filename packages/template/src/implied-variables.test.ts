import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import { describe, expect, it } from "vitest";
import { classifyTemplates, templateDifferences } from "./index.ts";

const document = (content: object, version = "1.0.0") =>
  ({ templateId: "t", name: "T", version, content }) as TemplateVersionDocument;
const asking = (...names: readonly string[]) => ({ instructions: names.map((name) => `{{ ${name} }}`).join(" ") });
const bump = (before: object, after: object) => classifyTemplates(document(before), document(after, "1.0.1")).bump;

describe("variables that are used and not declared", () => {
  it("are required: one more is major, one less minor, the same in other words a patch", () => {
    expect(bump(asking("a"), asking("a", "b"))).toBe("major");
    expect(bump(asking("a", "b"), asking("a"))).toBe("minor");
    expect(bump(asking("a", "b"), asking("b", "a"))).toBe("patch");
    expect(bump(asking(), asking("constructor"))).toBe("major");
  });

  it("are those of inputs and steps, too, but not what steps give", () => {
    const input = (text: string) => ({ ...asking(), input: [{ id: "i", type: "input_text", text }] });
    expect(bump(input("x"), input("{{ a }}"))).toBe("major");
    const step = (since: string) => ({ steps: [{ id: "s", agentId: "x", inputs: { since } }] });
    expect(bump(step("x"), step("{{ a }}"))).toBe("major");
    expect(bump(step("x"), step("{{ steps.r.outputs.y }}"))).toBe("minor");
  });

  it("may be declared as what they were, and be relaxed", () => {
    const declared = (variable: object) => ({ ...asking("a"), variables: { a: variable } });
    expect(bump(asking("a"), declared({ type: "string", required: true }))).toBe("none");
    expect(bump(asking("a"), declared({ type: "string" }))).toBe("minor");
    expect(bump(declared({ type: "string" }), asking("a"))).toBe("major");
  });

  it("that are declared as what they were still make another document", () => {
    const declared = { ...asking("a"), variables: { a: { type: "string", required: true } } };
    expect(templateDifferences(document(asking("a")), document(declared))).toMatchObject([
      { path: "$.content.variables" },
    ]);
  });
});
