import { type Finding, parseResourceName } from "@nofx/contract-kit";
import type { TemplateEnvironment, TemplateEnvironments, TemplateVariable } from "@nofx/contract-marketplace";
import { asObject, closestWord, finding, under } from "@nofx/document";
import { parseRange } from "@nofx/versioning";
import { soundly } from "../validate-variables.ts";
import { valueProblems } from "../variables/resolve-variables.ts";
import { typeOf } from "../variables/variable-schema.ts";
import { type EnvironmentProblem, resolveEnvironment } from "./environment.ts";

/** Variables as far as their declarations are sound; `names` are those of all. */
interface Variables {
  readonly declared: Readonly<Record<string, TemplateVariable>>;
  readonly names: readonly string[];
}

/** The variables that a content declares; undefined if it declares none, and so takes any. */
export const variablesFor = (content: Readonly<Record<string, unknown>>): Variables | undefined => {
  if (content.variables === undefined) return undefined;
  const given = asObject(content.variables);
  return { declared: soundly(given), names: Object.keys(given) };
};

const variableFindings = ({ declared, names }: Variables, name: string, value: unknown): Finding[] => {
  const path = ["variables", name];
  if (!names.includes(name)) {
    const message = `The variable "${name}" is not declared in content.variables`;
    return [finding("error", path, "variable_undeclared", message, closestWord(name, names))];
  }
  const variable = declared[name];
  if (!variable || value === null) return [];
  // An object may be a part of one that another environment completes; but where no object belongs, none is taken.
  const isPart = typeof value === "object" && !Array.isArray(value);
  if (isPart && ["object", "json"].includes(typeOf(variable))) return [];
  return valueProblems(variable, value).map((found) =>
    finding("error", [...path, ...found.path], found.code, found.message),
  );
};

const extendsFinding = ({ code, message, fix }: EnvironmentProblem): Finding =>
  finding("error", ["extends"], code, message, fix);

/** What is wrong with an environment's values and ranges, whomever it extends. */
const contentFindings = (environment: TemplateEnvironment, variables: Variables | undefined): Finding[] => {
  const values = Object.entries(environment.variables ?? {});
  const ranges = Object.entries(environment.agents ?? {});
  return [
    ...(variables ? values.flatMap(([variable, value]) => variableFindings(variables, variable, value)) : []),
    ...ranges
      .filter(([, range]) => range !== null && parseRange(range) === undefined)
      .map(([agent, range]) => {
        return finding("error", ["agents", agent], "range_invalid", `"${range}" is no version range`, "^1.0.0");
      }),
  ];
};

/** What is wrong with environments beyond their schema. */
export const environmentFindings = (environments: TemplateEnvironments, variables: Variables | undefined): Finding[] =>
  Object.entries(environments).flatMap(([name, environment]) => {
    const resolved = resolveEnvironment(environments, name);
    const { problem } = { problem: undefined, ...resolved };
    // What is wrong with another one that it extends is told there.
    const isOwn = problem && (problem.at === name || problem.code === "environment_circle");
    const found = [...(isOwn ? [extendsFinding(problem)] : []), ...contentFindings(environment, variables)];
    return found.map((one) => under(["content", "environments", name], one));
  });

/**
 * What is wrong with an environment that somebody keeps over those that a version declares. Whom it extends must lead
 * somewhere: whose fault that is makes no difference to who wants to use it.
 */
export const keptEnvironmentFindings = (
  declared: TemplateEnvironments,
  kept: TemplateEnvironments,
  name: string,
  variables: Variables | undefined,
): Finding[] => {
  const environment = kept[name] ?? {};
  const resolved = resolveEnvironment(declared, name, kept);
  const strangers = Object.keys(environment.agents ?? {}).filter((agent) => parseResourceName(agent) === undefined);
  return [
    ...(resolved.ok ? [] : [extendsFinding(resolved.problem)]),
    ...contentFindings(environment, variables),
    ...strangers.map((agent) => {
      const message = `"${agent}" names no agent: write its id, or tenant/id for another tenant's`;
      return finding("error", ["agents", agent], "agent_name_invalid", message);
    }),
  ];
};
