import { isDeepStrictEqual } from "node:util";
import { ancestorsOf, graphOfEdges } from "./graph.ts";
import type { Plan, PlanStep } from "./plan.ts";
import { followRenames, mapTexts } from "./reference.ts";

/** A step's earlier id → its later one. */
export type Renames = ReadonlyMap<string, string>;

const idsOf = (steps: readonly PlanStep[]): ReadonlySet<string> => new Set(steps.map(({ id }) => id));

/** A step as it would be after steps have been renamed. */
const renamedStep = (step: PlanStep, renames: Renames): PlanStep => ({
  ...step,
  id: renames.get(step.id) ?? step.id,
  inputs: mapTexts(step.inputs, (text) => followRenames(text, renames)) as PlanStep["inputs"],
  dependsOn: step.dependsOn.map((id) => renames.get(id) ?? id),
});

/** A plan as it would be after steps have been renamed, with every reference to them. */
export const renamedPlan = (plan: Plan, renames: Renames): Plan => ({
  ...plan,
  steps: plan.steps.map((step) => renamedStep(step, renames)),
});

/** Those first that others may refer to. */
const referredFirst = (steps: readonly PlanStep[]): PlanStep[] => {
  const graph = graphOfEdges(steps);
  const depths = new Map(steps.map(({ id }) => [id, ancestorsOf(graph, id).size]));
  return steps.toSorted((a, b) => (depths.get(a.id) ?? 0) - (depths.get(b.id) ?? 0));
};

const waitingFor = (id: string, steps: readonly PlanStep[]): ReadonlySet<string> =>
  idsOf(steps.filter(({ dependsOn }) => dependsOn.includes(id)));

/** How much two steps that do the same have around them in common: tells twins apart. */
const likeness = (step: PlanStep, other: PlanStep, before: readonly PlanStep[], after: readonly PlanStep[]): number =>
  Number(step.name === other.name) +
  new Set(step.dependsOn).intersection(new Set(other.dependsOn)).size +
  waitingFor(step.id, before).intersection(waitingFor(other.id, after)).size;

/** The steps that do the same as before under another id: same agent, same inputs, references followed. */
export const findRenames = (before: readonly PlanStep[], after: readonly PlanStep[]): Renames => {
  const [left, right] = [idsOf(before), idsOf(after)];
  const open = new Set(after.filter(({ id }) => !left.has(id)));
  const renames = new Map<string, string>();
  for (const step of referredFirst(before).filter(({ id }) => !right.has(id))) {
    const followed = renamedStep(step, renames);
    let best: { readonly found: PlanStep; readonly like: number } | undefined;
    for (const other of open) {
      if (step.agentId !== other.agentId || !isDeepStrictEqual(followed.inputs, other.inputs)) continue;
      const like = likeness(followed, other, before, after);
      if (!best || like > best.like) best = { found: other, like };
    }
    if (!best) continue;
    renames.set(step.id, best.found.id);
    open.delete(best.found);
  }
  return renames;
};
