import type { Finding } from "@nofx/contract-kit";
import type { TemplateEnvironments, TemplateVariable } from "@nofx/contract-marketplace";
import { closestWord, finding } from "@nofx/document";
import { parseRange } from "@nofx/versioning";
import { valueProblems } from "../variables/resolve-variables.ts";
import { typeOf } from "../variables/variable-schema.ts";
import { resolveEnvironment } from "./environment.ts";

/** Variables as far as their declarations are sound; `names` are those of all. */
interface Variables {
  readonly declared: Readonly<Record<string, TemplateVariable>>;
  readonly names: readonly string[];
}

const variableFindings = (
  { declared, names }: Variables,
  environment: string,
  name: string,
  value: unknown,
): Finding[] => {
  const path = ["content", "environments", environment, "variables", name];
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

/** What is wrong with environments beyond their schema. */
export const environmentFindings = (environments: TemplateEnvironments, variables: Variables | undefined): Finding[] =>
  Object.entries(environments).flatMap(([name, environment]) => {
    const resolved = resolveEnvironment(environments, name);
    const { problem } = { problem: undefined, ...resolved };
    // What is wrong with another one that it extends is told there.
    const chain =
      problem && (problem.at === name || problem.code === "environment_circle")
        ? [finding("error", ["content", "environments", name, "extends"], problem.code, problem.message, problem.fix)]
        : [];
    const values = Object.entries(environment.variables ?? {});
    const ranges = Object.entries(environment.agents ?? {});
    return [
      ...chain,
      ...(variables ? values.flatMap(([variable, value]) => variableFindings(variables, name, variable, value)) : []),
      ...ranges
        .filter(([, range]) => range !== null && parseRange(range) === undefined)
        .map(([agent, range]) => {
          const path = ["content", "environments", name, "agents", agent];
          return finding("error", path, "range_invalid", `"${range}" is no version range`, "^1.0.0");
        }),
    ];
  });
