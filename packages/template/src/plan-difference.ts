import type { PlanChange, PlanDifference } from "@nofx/contract-marketplace";
import type { Plan, PlanStep } from "./plan.ts";
import { becomes, stepChanges, valueChanges } from "./step-changes.ts";
import { orderDifference, orderOf } from "./step-order.ts";
import { findRenames, type Renames, renamedPlan } from "./step-renames.ts";
import { variableChanges } from "./variable-changes.ts";

const kindChanges = (before: Plan, after: Plan): PlanChange[] => {
  const [was, is] = [before, after].map(({ request }) => (request ? "prompt" : "workflow"));
  if (was === is) return [];
  const sentence = `It is a ${is} now, and was a ${was}`;
  return [{ kind: "kind_changed", before: was, after: is, affectsExecution: true, sentence }];
};

const goalChanges = (before: Plan, after: Plan): PlanChange[] => {
  const [was, is] = [before, after].map(({ goal }) => (goal === undefined ? {} : { goal }));
  return valueChanges(was, is).map(({ name: _name, ...change }) => ({
    kind: "goal_changed",
    ...change,
    affectsExecution: false,
    sentence: "before" in change && "after" in change ? "The goal is put otherwise" : `The goal ${becomes(change)}`,
  }));
};

const renameChanges = (renames: Renames): PlanChange[] =>
  [...renames].map(([before, after]) => ({
    kind: "step_renamed",
    step: after,
    before,
    after,
    affectsExecution: false,
    sentence: `Step \`${before}\` is called \`${after}\` now, and does the same`,
  }));

type Ranges = NonNullable<Plan["agentRanges"]>;

const toldRange = ({ name, before, after }: { name: string; before?: unknown; after?: unknown }): string => {
  const now = after === undefined ? "Any version" : `\`${after}\``;
  const then = before === undefined ? "any version" : `\`${before}\``;
  return `${now} of \`${name}\` counts now, and ${then} did before`;
};

/** Which versions of an agent count matters only where a step uses it. */
const rangeChanges = (
  kind: "agent_range_changed" | "template_range_changed",
  before: Ranges | undefined,
  after: Ranges | undefined,
  isUsed: (name: string) => boolean,
): PlanChange[] =>
  valueChanges(before, after).map((change) => ({
    kind,
    ...change,
    affectsExecution: isUsed(change.name),
    sentence: toldRange(change),
  }));

const otherChanges = (before: Plan, after: Plan): PlanChange[] => [
  ...valueChanges(before.request, after.request).map((change): PlanChange => {
    const sentence = `\`${change.name}\` of the request ${becomes(change)}`;
    return { kind: "request_changed", ...change, affectsExecution: true, sentence };
  }),
  ...valueChanges(before.settings, after.settings).map((change): PlanChange => {
    const sentence = `\`${change.name}\` ${becomes(change)}`;
    return { kind: "setting_changed", ...change, affectsExecution: true, sentence };
  }),
];

const agentsOf = (steps: readonly PlanStep[]): ReadonlySet<string> => new Set(steps.map(({ agentId }) => agentId));

/** What one plan does otherwise than another, step by step; of nothing but words and form, that the two are equivalent. */
export const planDifference = (before: Plan, after: Plan): PlanDifference => {
  const renames = findRenames(before.steps, after.steps);
  const followed = renamedPlan(before, renames);
  const [earlier, later] = [orderOf(followed.steps), orderOf(after.steps)];
  const [was, is] = [agentsOf(before.steps), agentsOf(after.steps)];
  const changes = [
    ...kindChanges(before, after),
    ...goalChanges(before, after),
    ...variableChanges(before.variables, after.variables),
    ...renameChanges(renames),
    ...stepChanges(followed.steps, after.steps, earlier, later),
    ...rangeChanges("agent_range_changed", before.agentRanges, after.agentRanges, (id) => was.has(id) || is.has(id)),
    ...rangeChanges("template_range_changed", before.templateRanges, after.templateRanges, () => true),
    ...otherChanges(before, after),
  ];
  return {
    equivalent: changes.every(({ affectsExecution }) => !affectsExecution),
    changes,
    order: orderDifference(earlier, later),
    agents: { added: [...is.difference(was)].sort(), removed: [...was.difference(is)].sort() },
  };
};
