import { TemplateEnvironments, TemplateTest, type TemplateVersionDocument } from "@nofx/contract-marketplace";
import { asArray, asObject } from "@nofx/document";
import { kindOf } from "../document.ts";
import { type ResolvedEnvironment, resolveEnvironment } from "../environments/environment.ts";
import { variableOf } from "../expressions/expression.ts";
import { graphOf } from "../graph.ts";
import { referencesIn, stepOf } from "../reference.ts";
import { declaredVariables } from "../render/declared-variables.ts";
import type { Declared } from "../variables/declared.ts";
import { spacedForm } from "./open-form.ts";

/** What stands for the goal among the texts of steps; no step has such an id. */
export const goalId = "";

/** A version of a workflow, as far as plans follow from it. */
export interface TriedVersion {
  readonly declared: Declared;
  /** What values are put into: the inputs of each step, and the goal. */
  readonly texts: ReadonlyMap<string, unknown>;
  /** The variables that each of these uses. */
  readonly uses: ReadonlyMap<string, ReadonlySet<string>>;
  readonly graph: ReadonlyMap<string, readonly string[]>;
  /** Undefined if they cannot be read. */
  readonly environments: TemplateEnvironments | undefined;
  /** Those that are to succeed. */
  readonly tests: readonly TemplateTest[];
}

const isText = (value: unknown): value is string => typeof value === "string";

/** The variables that a text uses. */
const usedIn = (declared: Declared, text: unknown): ReadonlySet<string> => {
  const names = new Set(referencesIn(text).map(({ name }) => name));
  const isDeclared = (variable: string): boolean => Object.hasOwn(declared, variable);
  const variables = [...names].filter((name) => stepOf(name) === undefined);
  return new Set(variables.flatMap((name) => variableOf(name, isDeclared)?.variable ?? []));
};

/** A version with its steps inline, to be tried; undefined for a prompt, and where there are no steps. */
export const triedVersion = ({ content }: TemplateVersionDocument): TriedVersion | undefined => {
  const steps = asArray(content.steps).map(asObject);
  if (kindOf(content) === "prompt" || steps.length === 0) return undefined;
  const environments = TemplateEnvironments.safeParse(content.environments ?? {});
  const tests = asArray(content.tests).flatMap((test) => TemplateTest.safeParse(test).data ?? []);
  const declared = declaredVariables(content, [content.goal, steps.map(({ inputs }) => inputs)]);
  const texts = new Map<string, unknown>([
    [goalId, spacedForm(content.goal ?? "")],
    ...steps.map(({ id, inputs }) => [String(id), spacedForm(inputs ?? {})] as const),
  ]);
  return {
    declared,
    texts,
    uses: new Map([...texts].map(([id, text]) => [id, usedIn(declared, text)])),
    graph: graphOf(
      steps.map(({ id, dependsOn }) => ({ id: String(id), dependsOn: asArray(dependsOn).filter(isText) })),
    ),
    environments: environments.data,
    tests: tests.filter(({ expect }) => expect.valid),
  };
};

/** The environment of this name, with what it takes over; undefined if there is none that can be used. */
export const environmentOf = ({ environments }: TriedVersion, name: string): ResolvedEnvironment | undefined => {
  const resolved = environments && resolveEnvironment(environments, name);
  return resolved?.ok ? resolved.environment : undefined;
};
