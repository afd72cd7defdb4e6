import type { PlanChange } from "@nofx/contract-marketplace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Plan, type PlanStep, planDifference } from "./index.ts";

const ids = ["a", "b", "c", "d", "e", "f"];
const values = (names: readonly string[], value: fc.Arbitrary<unknown>) =>
  fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 2 });

/** Steps that wait for and refer to earlier ones only, in any order. */
const anySteps = fc.uniqueArray(fc.constantFrom(...ids), { maxLength: 6 }).chain((chosen) =>
  fc
    .tuple(
      ...chosen.map((id, index) => {
        const earlier = chosen.slice(0, index);
        const reference = earlier.map((other) => fc.constant(`{{ steps.${other}.outputs.x }}`));
        return fc.record({
          id: fc.constant(id),
          agentId: fc.constantFrom("x", "y"),
          inputs: values(["in", "tone"], fc.oneof(fc.constantFrom(1, "dry"), ...reference)),
          dependsOn: fc.subarray(earlier),
          settings: values(["timeout"], fc.constantFrom(1, 2)),
        });
      }),
    )
    .map((steps) => steps as PlanStep[]),
);
const variable = fc.oneof(
  fc.constant({}),
  fc.record({ required: fc.boolean(), description: fc.constantFrom("a", "b") }),
);
const ranges = fc.dictionary(fc.constantFrom("x", "y", "z"), fc.constantFrom("^1.0.0", "^2.0.0"));
const anyPlan: fc.Arbitrary<Plan> = fc.record({
  goal: fc.option(fc.constantFrom("One.", "Two."), { nil: undefined }),
  steps: anySteps,
  request: fc.option(values(["model", "instructions"], fc.constantFrom("m", "n")), { nil: undefined }),
  variables: fc.dictionary(fc.constantFrom("v", "w"), variable) as fc.Arbitrary<NonNullable<Plan["variables"]>>,
  agentRanges: ranges,
  templateRanges: ranges,
  settings: values(["mode"], fc.constantFrom("fast", "slow")),
});

const put = (values: Record<string, unknown> = {}, name = "", change: PlanChange) => {
  const { [name]: _old, ...rest } = values;
  return "after" in change ? { ...rest, [name]: change.after } : rest;
};

const stepAfter = (step: PlanStep, change: PlanChange): PlanStep => {
  const { kind, name = "", after } = change;
  if (kind === "step_replaced") return { ...step, agentId: String(after) };
  if (kind === "step_named") return { ...step, name: after as string | undefined };
  if (kind === "input_changed") return { ...step, inputs: put({ ...step.inputs }, name, change) };
  if (kind === "step_setting_changed") return { ...step, settings: put({ ...step.settings }, name, change) };
  if (kind === "dependency_added") return { ...step, dependsOn: [...step.dependsOn, name] };
  if (kind === "dependency_removed") return { ...step, dependsOn: step.dependsOn.filter((id) => id !== name) };
  return step;
};

const variablesAfter = (plan: Plan, { kind, name = "", after }: PlanChange): Plan["variables"] => {
  const { [name]: old = {}, ...rest } = plan.variables ?? {};
  if (kind === "variable_removed") return rest;
  if (kind === "variable_required") return { ...rest, [name]: { ...old, required: true } };
  if (kind === "variable_optional") return { ...rest, [name]: { ...old, required: false } };
  const { required } = kind === "variable_added" ? (after as { required?: boolean }) : old;
  return { ...rest, [name]: { ...(after as object), ...(required !== undefined && { required }) } };
};

/** Wherever an id stands: in a step, in what another waits for, and in a reference. */
const renamed = (plan: Plan, id: string, other: string): Plan => {
  const text = JSON.stringify(plan.steps)
    .replaceAll(`"${id}"`, `"${other}"`)
    .replaceAll(`steps.${id}.`, `steps.${other}.`);
  return { ...plan, steps: JSON.parse(text) as PlanStep[] };
};

/** Makes one change to a plan. */
const applied = (plan: Plan, change: PlanChange): Plan => {
  const { kind, step, name, before, after } = change;
  if (kind === "step_renamed") return renamed(plan, String(before), String(after));
  if (kind === "step_added") return { ...plan, steps: [...plan.steps, after as PlanStep] };
  if (kind === "step_removed") return { ...plan, steps: plan.steps.filter(({ id }) => id !== step) };
  if (kind === "kind_changed") return { ...plan, request: after === "prompt" ? {} : undefined };
  if (kind === "goal_changed") return { ...plan, goal: after as string | undefined };
  if (kind === "request_changed") return { ...plan, request: plan.request && put({ ...plan.request }, name, change) };
  if (kind === "setting_changed") return { ...plan, settings: put({ ...plan.settings }, name, change) };
  if (kind === "agent_range_changed")
    return { ...plan, agentRanges: put({ ...plan.agentRanges }, name, change) as Record<string, string> };
  if (kind === "template_range_changed")
    return { ...plan, templateRanges: put({ ...plan.templateRanges }, name, change) as Record<string, string> };
  if (kind.startsWith("variable_")) return { ...plan, variables: variablesAfter(plan, change) ?? {} };
  return { ...plan, steps: plan.steps.map((one) => (one.id === step ? stepAfter(one, change) : one)) };
};

const byId = (one: { id: string }, other: { id: string }): number => (one.id < other.id ? -1 : 1);

/** What a plan says, without the orders that mean nothing. */
const meaning = ({ steps, variables = {}, ...rest }: Plan) => ({
  ...rest,
  variables: Object.fromEntries(
    Object.entries(variables).map(([name, { required, ...rules }]) => [
      name,
      { ...rules, required: required === true },
    ]),
  ),
  steps: steps.map((step) => ({ ...step, dependsOn: [...step.dependsOn].sort() })).sort(byId),
});

const turned = <T extends object>(value: T): T => Object.fromEntries(Object.entries(value).toReversed()) as T;

describe("the difference of plans", () => {
  it("is none from a plan to itself, whatever the order of its steps, keys and dependencies", () => {
    fc.assert(
      fc.property(anyPlan, fc.nat(), (plan, seed) => {
        const turn = <T>(list: readonly T[]): T[] => [...list.slice(seed % 5), ...list.slice(0, seed % 5)].toReversed();
        const steps = turn(plan.steps).map((step) =>
          turned({ ...step, inputs: turned(step.inputs), dependsOn: turn(step.dependsOn) }),
        );
        for (const same of [plan, turned({ ...plan, steps })]) {
          expect(planDifference(plan, same)).toMatchObject({
            equivalent: true,
            changes: [],
            order: { changed: false },
          });
        }
      }),
    );
  });

  it("of a plan in which one id is replaced everywhere is exactly one rename", () => {
    fc.assert(
      fc.property(
        anyPlan.filter(({ steps }) => steps.length > 0),
        fc.nat(),
        (plan, seed) => {
          const id = plan.steps[seed % plan.steps.length]?.id ?? "";
          const { changes, equivalent } = planDifference(plan, renamed(plan, id, "new-id"));
          expect(changes.map(({ kind, before, after }) => [kind, before, after])).toEqual([
            ["step_renamed", id, "new-id"],
          ]);
          expect(equivalent).toBe(true);
        },
      ),
    );
  });

  it("made to the earlier plan gives the later one", () => {
    fc.assert(
      fc.property(anyPlan, anyPlan, (before, after) => {
        const { changes } = planDifference(before, after);
        expect(meaning(changes.reduce(applied, before))).toEqual(meaning(after));
      }),
      { numRuns: 500 },
    );
  });

  it("tells another order of the same steps exactly if a change of what they wait for matters", () => {
    const sameSteps = anySteps.chain((steps) =>
      fc
        .tuple(...steps.map((_, index) => fc.subarray(steps.slice(0, index).map(({ id }) => id))))
        .map((all) => [steps, steps.map((step, index) => ({ ...step, dependsOn: all[index] ?? [] }))] as const),
    );
    fc.assert(
      fc.property(sameSteps, ([before, after]) => {
        const { changes, equivalent, order } = planDifference({ steps: before }, { steps: after });
        const matters = changes.some(
          ({ kind, affectsExecution }) => kind.startsWith("dependency_") && affectsExecution,
        );
        expect([order.changed, !equivalent]).toEqual([matters, matters]);
      }),
    );
  });
});
