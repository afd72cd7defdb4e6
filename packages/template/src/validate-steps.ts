import type { Finding } from "@nofx/contract-kit";
import { templateLimits } from "@nofx/contract-marketplace";
import { asArray, asObject, closestWord, duplicates, finding, findingsMax, type Path } from "@nofx/document";
import { ancestorsOf, cyclesIn, graphOf, type Node } from "./graph.ts";
import { type Reference, referencesIn, stepOf } from "./reference.ts";

const isText = (value: unknown): value is string => typeof value === "string";

interface Step extends Node {
  readonly index: number;
  readonly inputs: unknown;
}

const stepsIn = (steps: readonly unknown[]): Step[] =>
  steps.flatMap((value, index) => {
    const { id, dependsOn, inputs } = asObject(value);
    const before = asArray(dependsOn).slice(0, templateLimits.stepsMax).filter(isText);
    return isText(id) ? [{ index, id, dependsOn: before, inputs }] : [];
  });

const dependencyFindings = (steps: readonly Step[], ids: readonly string[]): Finding[] => {
  const known = new Set(ids);
  return steps.flatMap(({ index, dependsOn }) =>
    dependsOn.flatMap((id, position) => {
      if (known.has(id)) return [];
      const path = ["steps", index, "dependsOn", position];
      return [finding("error", path, "step_unknown", `There is no step "${id}"`, closestWord(id, ids))];
    }),
  );
};

/** What is wrong with the references of one step. */
const stepReferenceFindings = (
  { index, id }: Step,
  { path, name }: Reference,
  graph: ReturnType<typeof graphOf>,
  before: ReadonlySet<string>,
): Finding[] => {
  const stepId = stepOf(name)?.stepId;
  if (stepId === undefined) return [];
  const at: Path = ["steps", index, "inputs", ...path];
  if (stepId === "") {
    const message = `"${name}" names no output of a step; write steps.<id>.outputs.<name>`;
    return [finding("error", at, "reference_unreadable", message)];
  }
  if (!graph.has(stepId)) {
    return [
      finding("error", at, "step_unknown", `There is no step "${stepId}"`, closestWord(stepId, [...graph.keys()])),
    ];
  }
  if (before.has(stepId)) return [];
  const message =
    stepId === id
      ? `"${id}" uses its own output`
      : `"${stepId}" does not come before "${id}", by dependsOn or through others`;
  return [finding("error", at, "step_not_before", message)];
};

/** Whether steps can run, and what they use: paths begin at what holds `steps`. */
export const stepFindings = (given: readonly unknown[]): Finding[] => {
  // The schema refuses more; then their graph is of no interest.
  if (given.length > templateLimits.stepsMax) return [];
  const steps = stepsIn(given);
  const graph = graphOf(steps);
  const cycles = cyclesIn(graph).map((cycle) => {
    const index = steps.find(({ id }) => id === cycle[0])?.index ?? 0;
    return finding(
      "error",
      ["steps", index, "dependsOn"],
      "steps_cycle",
      `Steps wait for each other: ${cycle.join(" → ")}`,
    );
  });
  const references = steps.flatMap((step) => {
    const before = ancestorsOf(graph, step.id);
    return referencesIn(step.inputs)
      .slice(0, findingsMax)
      .flatMap((reference) => stepReferenceFindings(step, reference, graph, before));
  });
  return [
    ...duplicates("steps", "id", given),
    ...dependencyFindings(steps, [...graph.keys()]),
    ...cycles,
    ...references,
  ];
};

/** Everything that steps ask for. Paths begin at what holds `steps`. */
export const inputReferences = (given: readonly unknown[]): Reference[] =>
  given.flatMap((step, index) => referencesIn(asObject(step).inputs, ["steps", index, "inputs"]));

/** What steps ask for that no step gives: references to variables. */
export const variableReferences = (given: readonly unknown[]): Reference[] =>
  inputReferences(given).filter(({ name }) => stepOf(name) === undefined);

/** The agents of steps. */
export const agentsOf = (given: readonly unknown[]): ReadonlySet<string> =>
  new Set(given.map((step) => asObject(step).agentId).filter(isText));
