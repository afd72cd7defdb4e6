import { NewBuilderTemplate } from "@nofx/contract-marketplace";
import { describe, expect, it } from "vitest";
import { deploymentsOf, missingVariables, newPrompt, nextVersion, updatedPrompt } from "./prompt.rules.ts";

const prompt = (given: Partial<Parameters<typeof NewBuilderTemplate.parse>[0] & object> = {}) =>
  newPrompt(
    NewBuilderTemplate.parse({
      name: "Coach",
      instructions: "Help with {{ goal }}.",
      input: [{ type: "input_text", text: "Open: {{tasks.open}} and {{ goal }}" }],
      ...given,
    }),
  );
const text = (value: string) => [{ type: "input_text" as const, text: value }];

it("missingVariables are those without a value of their own", () => {
  const asking = prompt({ instructions: "{{ constructor }} {{ goal }}", input: text("x") });
  expect(missingVariables(asking, { goal: "ship" })).toEqual(["constructor"]);
});

describe("updatedPrompt", () => {
  it("changes what is named, channels one by one, and nothing else", () => {
    const before = prompt({ maxToolCalls: 3, metadata: { a: "1" } });
    const after = updatedPrompt(before, { name: "New", channels: { slack: true } });
    expect(after).toEqual({ ...before, name: "New", channels: { slack: true, email: false, inApp: true } });
  });

  it("takes away what is null", () => {
    const before = prompt({ maxToolCalls: 3, toolChoice: "auto", historyPlan: {}, conversationPolicy: {} });
    const none = { maxToolCalls: null, toolChoice: null, historyPlan: null, conversationPolicy: null };
    expect(updatedPrompt(before, none)).toEqual(prompt());
  });

  it("declares new variables where a publisher has declared the others, and nowhere else", () => {
    const variables = { goal: { type: "string" } };
    const declared = { ...prompt(), variables };
    expect(updatedPrompt(declared, { name: "New" })).toMatchObject({ variables: { ...variables, "tasks.open": {} } });
    const all = { ...declared, variables: { ...variables, "tasks.open": {} } };
    expect(updatedPrompt(all, { description: "x" })).toEqual({ ...all, description: "x" });
    expect(updatedPrompt(prompt(), { instructions: "{{ fresh }}" })).not.toHaveProperty("variables");
  });

  it("gives new parts ids that no other part has", () => {
    const input = [{ type: "input_text" as const, id: "input-2", text: "a" }, ...text("b"), ...text("c")];
    const ids = updatedPrompt(prompt(), { input }).input.map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    expect(ids[0]).toBe("input-2");
  });
});

describe("nextVersion", () => {
  const from = (change: Parameters<typeof updatedPrompt>[1]) =>
    nextVersion("1.2.3", prompt(), updatedPrompt(prompt(), change));

  it.each([
    ["nothing", {}, "1.2.4"],
    ["other words", { instructions: "Help at once with {{ goal }}." }, "1.2.4"],
    ["a channel", { channels: { slack: true } }, "1.2.4"],
    ["another model", { model: "other" }, "1.3.0"],
    ["a tool", { tools: { builtin: ["web_search"] } }, "1.3.0"],
    ["a part more", { input: [...prompt().input, ...text("more")] }, "1.3.0"],
    ["another picture", { input: [{ type: "input_file" as const, file_id: "f" }] }, "1.3.0"],
    ["a variable less", { instructions: "Help.", input: text("{{ goal }}") }, "1.3.0"],
    ["a variable more", { instructions: "Help {{ who }} with {{ goal }}." }, "2.0.0"],
  ])("after %s", (_what, change, version) => {
    expect(from(change)).toBe(version);
  });
});

it("deploymentsOf gathers channels by environment", () => {
  const rows = [
    { environment: "production", channel: "slack", enabled: true },
    { environment: "staging", channel: "email", enabled: false },
    { environment: "production", channel: "email", enabled: false },
  ];
  expect(deploymentsOf(rows)).toEqual({ production: { slack: true, email: false }, staging: { email: false } });
});
