import { NewBuilderTemplate } from "@nofx/contract-marketplace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compilePrompt,
  deploymentsOf,
  missingVariables,
  newPrompt,
  nextVersion,
  safetyIdentifier,
  updatedPrompt,
  variablesOf,
} from "./prompt.rules.ts";

const prompt = (given: Partial<Parameters<typeof NewBuilderTemplate.parse>[0] & object> = {}) =>
  newPrompt(
    NewBuilderTemplate.parse({
      name: "Coach",
      instructions: "Help with {{ goal }}.",
      input: [{ type: "input_text", text: "Open: {{tasks.open}} and {{ goal }}" }],
      ...given,
    }),
  );
const order = (variables: Record<string, string>) => ({ tenantId: "acme", variables });
const text = (value: string) => [{ type: "input_text" as const, text: value }];

describe("variablesOf", () => {
  it("names each variable of instructions and texts once, in order of appearance", () => {
    expect(variablesOf(prompt())).toEqual(["goal", "tasks.open"]);
    expect(variablesOf(prompt({ instructions: "{{a-b}} {{ c_d }} {{1}} {{ no way }} {{}} { {x} }" }))).toEqual([
      ...["a-b", "c_d", "1", "tasks.open", "goal"],
    ]);
  });

  it("looks into texts only", () => {
    const input = [{ type: "input_image" as const, image_url: "https://example.com/{{ id }}.png" }];
    expect(variablesOf(prompt({ instructions: "none", input }))).toEqual([]);
  });
});

describe("compilePrompt", () => {
  it("puts values in, and says for whom and what of", () => {
    const made = compilePrompt("tmpl_1", prompt({ metadata: { team: "a", template_id: "forged" } }), {
      ...order({ goal: "ship", "tasks.open": "two" }),
      metadata: { team: "b" },
    });
    const metadata = { team: "b", template_id: "tmpl_1", template_name: "Coach", safety_identifier: "focus-coach" };
    expect(made).toEqual({
      tenantId: "acme",
      request: {
        model: "gpt-4.1-mini",
        instructions: "Help with ship.",
        input: [{ role: "user", content: text("Open: two and ship") }],
        metadata,
      },
      metadata,
      tools: {},
    });
  });

  it("takes values as they are: braces, dollar signs and names of Object's own mean nothing", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const { request } = compilePrompt(
          "t",
          prompt({ instructions: "<{{ goal }}>", input: text("x") }),
          order({ goal: value }),
        );
        expect(request.instructions).toBe(`<${value}>`);
      }),
      { examples: [["{{ goal }}"], ["$&$1$$"], ["__proto__"]] },
    );
    expect(missingVariables(prompt({ instructions: "{{ constructor }}", input: text("x") }), {})).toEqual([
      "constructor",
    ]);
  });

  it("passes on what is set, and nothing else", () => {
    const given = { maxToolCalls: 3, toolChoice: "auto", historyPlan: { keep: 5 }, conversationPolicy: { open: true } };
    expect(compilePrompt("t", prompt(given), order({}))).toMatchObject(given);
    expect(Object.keys(compilePrompt("t", prompt(), order({})))).toEqual(["tenantId", "request", "metadata", "tools"]);
  });
});

describe("safetyIdentifier", () => {
  it.each([
    ["Daily Focus Coach", "focus-daily-focus-coach"],
    ["  Über--Plan! ", "focus-u-ber-plan"],
    ["日本語", "focus-prompt"],
    ["x".repeat(60), `focus-${"x".repeat(48)}`],
  ])("of %s is %s", (name, identifier) => {
    expect(safetyIdentifier(name)).toBe(identifier);
  });

  it("is `focus-` and at most 48 letters, digits and inner hyphens", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (name) => {
        expect(safetyIdentifier(name)).toMatch(/^focus-[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$/);
      }),
    );
  });
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
