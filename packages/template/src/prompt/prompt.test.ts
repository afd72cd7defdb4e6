import { NewBuilderTemplate } from "@nofx/contract-marketplace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compilePrompt, identified, type Prompt, safetyIdentifier, variablesOf } from "./prompt.ts";

const prompt = (given: Partial<Parameters<typeof NewBuilderTemplate.parse>[0] & object> = {}): Prompt => {
  const whole = NewBuilderTemplate.parse({
    name: "Coach",
    instructions: "Help with {{ goal }}.",
    input: [{ type: "input_text", text: "Open: {{tasks.open}} and {{ goal }}" }],
    ...given,
  });
  return { ...whole, input: identified(whole.input), safetyIdentifier: safetyIdentifier(whole.name) };
};
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
