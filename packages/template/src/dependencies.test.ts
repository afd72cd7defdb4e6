import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import { describe, expect, it } from "vitest";
import { templateDependencies } from "./index.ts";

const told = (content: object) =>
  templateDependencies({ templateId: "t", name: "T", version: "1.0.0", content } as TemplateVersionDocument).map(
    ({ kind, tenant = "-", id, range }) => `${kind} ${tenant}/${id} ${range}`,
  );

describe("what a template depends on", () => {
  it("is what it declares, by ranges", () => {
    const dependencies = { agents: { a: "^1.0.0", "globex/b": "~2.0.0" }, templates: { "globex/t": "*", u: ">=1" } };
    expect(told({ dependencies })).toEqual([
      "agent -/a ^1.0.0",
      "agent globex/b ~2.0.0",
      "template globex/t *",
      "template -/u >=1",
    ]);
  });

  it("are the agents of its steps too, each once, any version where none is declared", () => {
    const steps = ["a", "b", "b"].map((agentId, index) => ({ id: `s${index}`, agentId }));
    expect(told({ steps, dependencies: { agents: { a: "^1.0.0" } } })).toEqual(["agent -/a ^1.0.0", "agent -/b *"]);
  });

  it("is nothing for a prompt, and nothing that cannot be called so", () => {
    expect(told({ instructions: "x" })).toEqual([]);
    const steps = [{ id: "s", agentId: "Not An Id" }];
    expect(told({ steps, dependencies: { agents: { "a/b/c": "*" }, templates: { "": "*" } } })).toEqual([]);
  });
});
