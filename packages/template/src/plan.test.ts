import { describe, expect, it } from "vitest";
import { planOf } from "./index.ts";

const step = (id: string, more: object = {}) => ({ id, agentId: "agent", ...more });
const file = (value: unknown, path = "v.json") => ({ path, content: JSON.stringify(value) });

describe("the plan of a workflow", () => {
  it("is the same whether its steps are inline or in a file, and whatever that file says in words", () => {
    const steps = [step("a", { timeout: 3 }), step("b", { name: "B", inputs: { x: "{{y}}" } })];
    const inline = planOf({ kind: "workflow", steps });
    const holder = { path: "v.json", encoding: "base64", content: "" };
    holder.content = Buffer.from(JSON.stringify({ metadata: { by: "me" }, steps })).toString("base64");
    expect(planOf({ versionFile: "v.json" }, [file({}, "other.json"), holder])).toEqual(inline);
    expect(inline).toEqual({
      agentRanges: {},
      templateRanges: {},
      steps: [
        { id: "a", agentId: "agent", inputs: {}, dependsOn: [], settings: { timeout: 3 } },
        { id: "b", name: "B", agentId: "agent", inputs: { x: "{{ y }}" }, dependsOn: ["a"], settings: {} },
      ],
      variables: { y: {} },
      settings: {},
    });
  });

  it("says what each step waits for: the one before, if no step says so, else what it names", () => {
    const order = (...steps: object[]) => planOf({ steps }).steps.map(({ dependsOn }) => dependsOn);
    expect(order(step("a"), step("b"), step("c"))).toEqual([[], ["a"], ["b"]]);
    expect(order(step("a"), step("b"), step("c", { dependsOn: ["a", "a"] }))).toEqual([[], [], ["a"]]);
  });

  it("has the goal, the ranges, the variables that are declared, and what nobody knows of", () => {
    const variables = { since: { type: "string", required: true } };
    const dependencies = { agents: { agent: "^1.0.0" }, templates: { other: "^2.0.0" }, models: { m: "1" } };
    const plan = planOf({ goal: "Done.", variables, dependencies, budget: 5, versionFile: "v.json" }, [
      file({ steps: [step("a", { inputs: { x: "{{ since }}" } })], mode: "fast" }),
    ]);
    expect(plan).toMatchObject({
      goal: "Done.",
      variables,
      agentRanges: { agent: "^1.0.0" },
      templateRanges: { other: "^2.0.0" },
      settings: { budget: 5, mode: "fast", dependencies: { models: { m: "1" } } },
    });
    expect(plan.request).toBeUndefined();
  });

  it("is none where the steps cannot be read", () => {
    expect(() => planOf({ versionFile: "v.json" })).toThrow('The steps cannot be read: No file "v.json"');
    expect(() => planOf({ versionFile: 7 })).toThrow("no file is named");
  });
});

describe("the plan of a prompt", () => {
  const prompt = {
    kind: "prompt",
    instructions: "Propose {{n}} things.",
    input: [{ type: "input_text", text: "{{open}}" }],
  };

  it("is its request: what is left out is as in a new prompt; ids of parts and channels are no part of it", () => {
    const plan = planOf(prompt);
    expect(plan).toMatchObject({
      steps: [],
      request: {
        instructions: "Propose {{ n }} things.",
        input: [{ type: "input_text", text: "{{ open }}" }],
        model: "gpt-4.1-mini",
        tools: {},
        metadata: {},
      },
      variables: { n: {}, open: {} },
    });
    const input = [{ id: "own", type: "input_text", text: "{{ open }}" }];
    expect(planOf({ ...prompt, input, model: "gpt-4.1-mini", channels: { slack: true } })).toEqual(plan);
  });

  it("keeps what nobody knows of", () => {
    expect(planOf({ ...prompt, temperature: 0.2 }).request).toHaveProperty("temperature", 0.2);
  });
});
