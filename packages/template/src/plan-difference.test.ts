import { describe, expect, it } from "vitest";
import { type Plan, type PlanStep, planDifference, planOf } from "./index.ts";

const step = (id: string, more: Partial<PlanStep> = {}): PlanStep => ({
  id,
  agentId: `does-${id}`,
  inputs: {},
  dependsOn: [],
  ...more,
});
const plan = (steps: readonly PlanStep[], more: Partial<Plan> = {}): Plan => ({ steps, ...more });
const told = (before: Plan, after: Plan) =>
  planDifference(before, after).changes.map(
    ({ sentence, affectsExecution }) => `${affectsExecution ? "!" : " "} ${sentence}`,
  );
const pairs = (list: readonly { first: string; second: string }[]) =>
  list.map(({ first, second }) => `${first} ${second}`);

const a = step("a");
const b = step("b", { dependsOn: ["a"], inputs: { text: "{{ steps.a.outputs.text }}", tone: "dry" } });

describe("the difference of plans", () => {
  it("is none where only words and form are others: names, goal, descriptions, another file, another order of the list", () => {
    const steps = [
      { id: "a", agentId: "x" },
      { id: "b", agentId: "y", dependsOn: ["a"], inputs: { t: "{{steps.a.outputs.t}}", s: 1 } },
    ];
    const moved = [
      { id: "b", name: "B", agentId: "y", dependsOn: ["a"], inputs: { s: 1, t: "{{ steps.a.outputs.t }}" } },
      { id: "a", agentId: "x" },
    ];
    const variables = { v: { type: "string" as const, description: "one" } };
    const difference = planDifference(
      planOf({ goal: "One.", steps, variables }),
      planOf({ goal: "Two.", versionFile: "f", variables: { v: { description: "two", type: "string" } } }, [
        { path: "f", content: JSON.stringify({ steps: moved }) },
      ]),
    );
    expect(difference.equivalent).toBe(true);
    expect(difference.changes.map(({ kind }) => kind)).toEqual(["goal_changed", "variable_changed", "step_named"]);
    expect(difference.order).toEqual({ changed: false, parallel: [], sequential: [], untold: 0 });
  });

  it("tells steps that are new, gone, done by another agent, and what each input was and is", () => {
    const tone = { ...b, inputs: { ...b.inputs, tone: "warm", length: 3 }, agentId: "other" };
    const difference = planDifference(plan([a, b]), plan([a, tone, step("c", { dependsOn: ["b"] })]));
    expect(difference.changes).toEqual([
      expect.objectContaining({ kind: "step_replaced", step: "b", before: "does-b", after: "other" }),
      expect.objectContaining({ kind: "input_changed", step: "b", name: "tone", before: "dry", after: "warm" }),
      {
        kind: "input_changed",
        step: "b",
        name: "length",
        after: 3,
        affectsExecution: true,
        sentence: "Input `length` of step `b` is new",
      },
      expect.objectContaining({ kind: "step_added", step: "c", sentence: "Step `c` is new: `does-c` does it" }),
    ]);
    expect(difference.equivalent).toBe(false);
    expect(difference.agents).toEqual({ added: ["does-c", "other"], removed: ["does-b"] });
    expect(told(plan([a, b]), plan([a]))).toEqual(["! Step `b` is gone: what `does-b` did there is no longer done"]);
  });

  it("recognizes steps under another id, follows references to them, and calls the plans equivalent", () => {
    const renamed = {
      ...b,
      id: "write",
      dependsOn: ["read"],
      inputs: { ...b.inputs, text: "{{ steps.read.outputs.text }}" },
    };
    const difference = planDifference(plan([a, b]), plan([{ ...a, id: "read" }, renamed]));
    expect(difference).toMatchObject({ equivalent: true, order: { changed: false } });
    expect(difference.changes.map(({ before, after }) => [before, after])).toEqual([
      ["a", "read"],
      ["b", "write"],
    ]);
  });

  it("takes no step for another that does the same in another place", () => {
    const twins = (one: string, other: string) =>
      plan([
        step("a"),
        step("b"),
        step(one, { agentId: "twin", dependsOn: ["a"] }),
        step(other, { agentId: "twin", dependsOn: ["b"] }),
      ]);
    const { changes } = planDifference(twins("t1", "t2"), plan(twins("u1", "u2").steps.toReversed()));
    expect(changes.map(({ before, after }) => [before, after])).toEqual([
      ["t1", "u1"],
      ["t2", "u2"],
    ]);
  });

  it("tells which steps may now run at the same time, and which wait for which", () => {
    const chain = plan([step("a"), step("b", { dependsOn: ["a"] }), step("c", { dependsOn: ["b"] })]);
    const fan = plan([step("a"), step("b", { dependsOn: ["a"] }), step("c", { dependsOn: ["a"] })]);
    expect(told(chain, fan)).toEqual([
      "! `c` no longer says that it waits for `b`",
      "  `c` now says that it waits for `a`, as it did before through others",
    ]);
    const apart = planDifference(chain, fan).order;
    expect([pairs(apart.parallel), pairs(apart.sequential)]).toEqual([["b c"], []]);
    const back = planDifference(fan, chain).order;
    expect([pairs(back.parallel), pairs(back.sequential)]).toEqual([[], ["b c"]]);
    expect(back.sequential[0]?.sentence).toBe("`c` now waits for `b`");
    const turned = plan([step("a", { dependsOn: ["b"] }), step("b"), step("c", { dependsOn: ["b"] })]);
    expect(pairs(planDifference(chain, turned).order.sequential)).toEqual(["b a"]);
  });

  it("is equivalent where a step only says what held anyway", () => {
    const chain = [step("a"), step("b", { dependsOn: ["a"] })];
    const short = plan([...chain, step("c", { dependsOn: ["b"] })]);
    const long = plan([...chain, step("c", { dependsOn: ["b", "a"] })]);
    for (const [before, after] of [
      [short, long],
      [long, short],
    ] as const) {
      expect(planDifference(before, after)).toMatchObject({ equivalent: true, order: { changed: false } });
    }
    expect(told(long, short)).toEqual(["  `c` no longer says that it waits for `a`, but still does through others"]);
  });

  it("tells of many pairs the first, and how many more there are", () => {
    const many = Array.from({ length: 25 }, (_, index) => step(`s${index}`));
    const chain = many.map((one, index) => (index === 0 ? one : { ...one, dependsOn: [`s${index - 1}`] }));
    const { order } = planDifference(plan(chain), plan(many));
    expect([order.parallel.length, order.untold]).toEqual([200, 100]);
  });

  it("tells variables that are new, gone, required or not, and ranges of agents that are used", () => {
    expect(
      told(
        plan([a], { variables: { x: {}, y: { required: true }, z: {}, same: { required: false } } }),
        plan([a], { variables: { x: { required: true }, y: {}, constructor: { required: true }, same: {} } }),
      ),
    ).toEqual([
      "! Variable `x` is required now",
      "! Variable `y` is no longer required",
      "! Variable `z` is gone",
      "! Variable `constructor` is new and required",
    ]);
    const [before, after] = [{ "does-a": "^1.0.0", unused: "^1.0.0" }, { "does-a": "^2.0.0" }];
    expect(
      told(
        plan([a], { agentRanges: before, templateRanges: {} }),
        plan([a], { agentRanges: after, templateRanges: { t: "1" } }),
      ),
    ).toEqual([
      "! `^2.0.0` of `does-a` counts now, and `^1.0.0` did before",
      "  Any version of `unused` counts now, and `^1.0.0` did before",
      "! `1` of `t` counts now, and any version did before",
    ]);
  });

  it("of prompts is that of what the model is asked; of a prompt and a workflow, everything", () => {
    const prompt = { kind: "prompt", instructions: "Be brief.", input: [{ type: "input_text", text: "x" }] };
    const difference = planDifference(planOf(prompt), planOf({ ...prompt, instructions: "Be kind.", model: "m" }));
    expect(difference.changes).toEqual([
      expect.objectContaining({
        kind: "request_changed",
        name: "instructions",
        before: "Be brief.",
        after: "Be kind.",
      }),
      expect.objectContaining({
        kind: "request_changed",
        name: "model",
        sentence: "`model` of the request is another",
      }),
    ]);
    expect(difference.equivalent).toBe(false);
    expect(told(planOf(prompt), plan([a]))).toEqual(
      expect.arrayContaining(["! It is a workflow now, and was a prompt", "! `instructions` of the request is gone"]),
    );
  });

  it("tells what nobody knows of, of a step and of the whole, as something that matters", () => {
    const before = plan([{ ...a, settings: { timeout: 1 } }], { goal: "Once.", settings: { mode: "slow" } });
    expect(told(before, plan([{ ...a, name: "A", settings: { timeout: 2 } }]))).toEqual([
      "  The goal is gone",
      "  The name of step `a` is new",
      "! `timeout` of step `a` is another",
      "! `mode` is gone",
    ]);
  });
});
