import { NewBuilderTemplate, type TemplateVariable } from "@nofx/contract-marketplace";
import { asArray, asObject } from "@nofx/document";
import { kindOf } from "./document.ts";
import { findSteps } from "./find-steps.ts";
import { graphOf } from "./graph.ts";
import { promptReferences } from "./implied-variables.ts";
import { mapTexts, uniformPlaceholders } from "./reference.ts";
import { variableReferences } from "./validate-steps.ts";

type Values = Readonly<Record<string, unknown>>;
type Ranges = Readonly<Record<string, string>>;

/** One step of a plan. */
export interface PlanStep {
  readonly id: string;
  /** For people. */
  readonly name?: string | undefined;
  readonly agentId: string;
  readonly inputs: Values;
  /** All that it waits for. Steps that wait for nothing run at once. */
  readonly dependsOn: readonly string[];
  /** What else is said of it, and may matter. */
  readonly settings?: Values;
}

/** What is to be carried out, wherever it was written and whether or not its variables have values yet. */
export interface Plan {
  readonly goal?: string | undefined;
  /** None, if it is one request to a model. */
  readonly steps: readonly PlanStep[];
  /** What a model is asked; undefined if it is steps. */
  readonly request?: Values | undefined;
  /** What callers give. */
  readonly variables?: Readonly<Record<string, TemplateVariable>>;
  readonly agentRanges?: Ranges;
  readonly templateRanges?: Ranges;
  /** What else is said, and may matter. */
  readonly settings?: Values;
}

const isText = (value: unknown): value is string => typeof value === "string";

const rangesIn = (value: unknown): Ranges =>
  Object.fromEntries(Object.entries(asObject(value)).filter((entry): entry is [string, string] => isText(entry[1])));

/** Placeholders are written one way, so that spaces in them make no difference. */
const uniform = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, mapTexts(value, uniformPlaceholders)]));

const stepsOf = (given: readonly unknown[]): PlanStep[] => {
  const steps = given.map((value) => {
    const { id, name, agentId, inputs, dependsOn, ...settings } = asObject(value);
    return { id: String(id), name, agentId: String(agentId), inputs, dependsOn: asArray(dependsOn), settings };
  });
  const graph = graphOf(steps.map(({ id, dependsOn }) => ({ id, dependsOn: dependsOn.filter(isText) })));
  return steps.map(({ id, name, agentId, inputs, settings }) => ({
    id,
    ...(isText(name) && { name }),
    agentId,
    inputs: uniform(asObject(inputs)),
    dependsOn: [...new Set(graph.get(id))],
    settings,
  }));
};

/** What a model is asked: what is left out is as in a new prompt, and where answers go is no part of it. */
const requestOf = (content: Values): Values => {
  const { channels: _where, ...given } = content;
  const {
    name: _name,
    description: _words,
    channels: _to,
    ...whole
  } = NewBuilderTemplate.parse({
    ...given,
    name: "-",
  });
  const input = whole.input.map(({ id: _id, ...part }) => part);
  return { ...given, ...whole, ...uniform({ instructions: whole.instructions, input }) };
};

/** Without a declaration, whatever is asked for is a variable. */
const variablesOf = (declared: unknown, names: readonly string[]): NonNullable<Plan["variables"]> =>
  (declared as Plan["variables"]) ?? Object.fromEntries(names.map((name) => [name, {}]));

/** What the file of the steps says besides them. */
const besideSteps = (value: unknown): Values => {
  const { steps: _steps, metadata: _words, ...settings } = asObject(value);
  return settings;
};

/**
 * The plan of a template that is valid: of its content, and of the files with their contents, of which it needs the one that
 * holds the steps. @throws if the steps cannot be read
 */
export const planOf = (content: Values, files: readonly unknown[] = []): Plan => {
  const { kind: _kind, goal, variables, dependencies, environments, tests: _tests, ...rest } = content;
  const { agents, templates, ...others } = asObject(dependencies);
  const about = {
    ...(isText(goal) && { goal }),
    agentRanges: rangesIn(agents),
    templateRanges: rangesIn(templates),
  };
  const beside = {
    ...(environments !== undefined && { environments }),
    ...(Object.keys(others).length > 0 && { dependencies: others }),
  };
  if (kindOf(content) === "prompt") {
    const request = requestOf(rest);
    const asked = promptReferences(content).map(({ name }) => name);
    return { ...about, steps: [], request, variables: variablesOf(variables, asked), settings: beside };
  }
  const { steps: _inline, versionFile: _file, ...settings } = rest;
  const found = findSteps(content, files);
  if (!found.steps)
    throw new RangeError(`The steps cannot be read: ${found.missing[0]?.message ?? "no file is named"}`);
  const asked = variableReferences(found.steps).map(({ name }) => name);
  return {
    ...about,
    steps: stepsOf(found.steps),
    variables: variablesOf(variables, asked),
    settings: { ...settings, ...beside, ...besideSteps(found.holder) },
  };
};
