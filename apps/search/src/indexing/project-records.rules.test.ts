import { type TemplateRecord, TemplateUse } from "@nofx/contract-marketplace";
import { expect, it } from "vitest";
import { agentRecord, templateRecord } from "../../test/records.ts";
import { projectAgent, projectTemplate } from "./project-records.rules.ts";

it("an agent's words are its own, those of its capabilities, its model and its texts", () => {
  const capability = { id: "greet", label: "Greet somebody", description: "By name" };
  const record = agentRecord({ capabilities: [capability, capability], model: "small", text: "Be polite.\n" });
  const document = projectAgent(record);
  expect(document).toMatchObject({ type: "agent", tenant: "acme", id: "greeter", capabilities: ["greet"] });
  for (const text of ["Greet somebody", "By name", "small", "Be polite."]) expect(document.body).toContain(text);
});

it("an agent names the agents that it depends on, each once, as tenant/id", () => {
  const dependency = { tenant: "globex", agentId: "linter", range: "^1.0.0" };
  expect(projectAgent(agentRecord({ dependencies: [dependency, dependency] })).agents).toEqual(["globex/linter"]);
});

it("a template names the agents that its current version declares or locks, and those of no other version", () => {
  const use = (id: string, overrides: Partial<TemplateUse>): TemplateRecord["uses"][number] =>
    TemplateUse.parse({ kind: "agent", tenant: "acme", id, version: "2.0.0", ...overrides });
  const uses = [
    use("declared", { range: "^1.0.0" }),
    use("declared", { locked: "1.0.0", environment: "staging" }),
    use("locked", { locked: "1.0.0" }),
    use("earlier", { version: "1.0.0", locked: "1.0.0" }),
    use("template", { kind: "template", range: "*" }),
  ];
  const document = projectTemplate(templateRecord({ currentVersion: "2.0.0", uses }));
  expect(document.agents).toEqual(["acme/declared", "acme/locked"]);
});

it("a template carries its category with all above it, its ratings and how its runs went", () => {
  const record = templateRecord({
    category: "release",
    categories: ["release", "engineering"],
    rating: { average: 4.5, count: 2, bayesian: 4.1 },
    usage: { runs30d: 10, succeeded30d: 9, success: 0.6, popularityScore: 3 },
  });
  expect(projectTemplate(record)).toMatchObject({
    category: "release",
    categories: ["release", "engineering"],
    ratingAverage: 4.5,
    ratingCount: 2,
    ratingBayesian: 4.1,
    usage30d: 10,
    success: 0.6,
  });
});

it("what is unknown stays unknown: no rating is not a bad one, no runs are no failures", () => {
  const unrated = projectTemplate(templateRecord());
  expect([unrated.ratingAverage, unrated.ratingBayesian, unrated.success]).toEqual([undefined, undefined, undefined]);
  expect(projectAgent(agentRecord())).toMatchObject({ ratingCount: 0, category: undefined, kind: undefined });
});
