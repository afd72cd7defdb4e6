import { isDeepStrictEqual } from "node:util";
import type { PlanChange } from "@nofx/contract-marketplace";
import type { PlanStep } from "./plan.ts";
import type { Order } from "./step-order.ts";

type Values = Readonly<Record<string, unknown>>;

/** What of named values is another, each with what it was and is, as far as it was and is there. */
export const valueChanges = (
  before: Values = {},
  after: Values = {},
): { readonly name: string; readonly before?: unknown; readonly after?: unknown }[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => !isDeepStrictEqual(before[name], after[name]))
    .map((name) => ({
      name,
      ...(Object.hasOwn(before, name) && { before: before[name] }),
      ...(Object.hasOwn(after, name) && { after: after[name] }),
    }));

/** New, gone, or another. */
export const becomes = (change: object): string =>
  "before" in change ? ("after" in change ? "is another" : "is gone") : "is new";

const dependencyChanges = (before: PlanStep, after: PlanStep, earlier: Order, later: Order): PlanChange[] => {
  const step = after.id;
  const [left, right] = [new Set(before.dependsOn), new Set(after.dependsOn)];
  const gone = [...left.difference(right)].map((name): PlanChange => {
    const affectsExecution = later.get(step)?.has(name) !== true;
    const still = affectsExecution ? "" : ", but still does through others";
    const sentence = `\`${step}\` no longer says that it waits for \`${name}\`${still}`;
    return { kind: "dependency_removed", step, name, affectsExecution, sentence };
  });
  const added = [...right.difference(left)].map((name): PlanChange => {
    const affectsExecution = earlier.get(step)?.has(name) !== true;
    const already = affectsExecution ? "" : ", as it did before through others";
    const sentence = `\`${step}\` now says that it waits for \`${name}\`${already}`;
    return { kind: "dependency_added", step, name, affectsExecution, sentence };
  });
  return [...gone, ...added];
};

/** What is another about a step that both plans have; its id is the later one in both. */
const changesOf = (before: PlanStep, after: PlanStep, earlier: Order, later: Order): PlanChange[] => {
  const step = after.id;
  const replaced: PlanChange[] =
    before.agentId === after.agentId
      ? []
      : [
          {
            kind: "step_replaced",
            step,
            before: before.agentId,
            after: after.agentId,
            affectsExecution: true,
            sentence: `\`${after.agentId}\` does \`${step}\` now, instead of \`${before.agentId}\``,
          },
        ];
  const [was, is] = [{ name: before.name }, { name: after.name }].map(({ name }) =>
    name === undefined ? {} : { name },
  );
  const named = valueChanges(was, is).map(({ name: _name, ...change }): PlanChange => {
    const sentence = `The name of step \`${step}\` ${becomes(change)}`;
    return { kind: "step_named", step, ...change, affectsExecution: false, sentence };
  });
  const inputs = valueChanges(before.inputs, after.inputs).map((change): PlanChange => {
    const sentence = `Input \`${change.name}\` of step \`${step}\` ${becomes(change)}`;
    return { kind: "input_changed", step, ...change, affectsExecution: true, sentence };
  });
  const settings = valueChanges(before.settings, after.settings).map((change): PlanChange => {
    const sentence = `\`${change.name}\` of step \`${step}\` ${becomes(change)}`;
    return { kind: "step_setting_changed", step, ...change, affectsExecution: true, sentence };
  });
  return [...replaced, ...named, ...inputs, ...settings, ...dependencyChanges(before, after, earlier, later)];
};

/** The changes of steps, told by their later ids: first of those that are there, in their order, then what is gone. */
export const stepChanges = (
  before: readonly PlanStep[],
  after: readonly PlanStep[],
  earlier: Order,
  later: Order,
): PlanChange[] => {
  const known = new Map(before.map((step) => [step.id, step]));
  const there = after.flatMap((step): PlanChange[] => {
    const old = known.get(step.id);
    if (old) return changesOf(old, step, earlier, later);
    const sentence = `Step \`${step.id}\` is new: \`${step.agentId}\` does it`;
    return [{ kind: "step_added", step: step.id, after: step, affectsExecution: true, sentence }];
  });
  const gone = before
    .filter(({ id }) => !later.has(id))
    .map((step): PlanChange => {
      const sentence = `Step \`${step.id}\` is gone: what \`${step.agentId}\` did there is no longer done`;
      return { kind: "step_removed", step: step.id, before: step, affectsExecution: true, sentence };
    });
  return [...there, ...gone];
};
