import type { Finding } from "@nofx/contract-kit";
import { type PlanAssertion, TemplateTest } from "@nofx/contract-marketplace";
import { asArray, asObject, closestWord, duplicates, finding, type Path, under } from "@nofx/document";
import { compilePattern } from "../variables/pattern.ts";
import { pathObstacle } from "./plan-path.ts";

const assertionFindings = ({ path, matches }: PlanAssertion, at: Path): Finding[] => {
  const obstacle = pathObstacle(path);
  const found = obstacle === undefined ? [] : [finding("error", [...at, "path"], "path_invalid", obstacle)];
  try {
    if (matches !== undefined) compilePattern(matches);
    return found;
  } catch (error) {
    const message = `Not an expression of RE2: ${(error as Error).message}`;
    return [...found, finding("error", [...at, "matches"], "pattern_invalid", message)];
  }
};

/** What is wrong with tests beyond their schema; of those that break it, that is told elsewhere. */
export const testFindings = (content: Readonly<Record<string, unknown>>): Finding[] => {
  const environments = Object.keys(asObject(content.environments));
  const base = ["content", "tests"];
  const tests = asArray(content.tests);
  return [
    ...duplicates("tests", "name", tests).map((found) => under(["content"], found)),
    ...tests.flatMap((given, index) => {
      const parsed = TemplateTest.safeParse(given);
      if (!parsed.success) return [];
      const { environment, plan = [] } = parsed.data;
      const known = environment === undefined || environments.includes(environment);
      const message = `There is no environment "${environment}"`;
      const place = [...base, index, "environment"];
      return [
        ...(known
          ? []
          : [finding("error", place, "environment_unknown", message, closestWord(environment, environments))]),
        ...plan.flatMap((assertion, at) => assertionFindings(assertion, [...base, index, "plan", at])),
      ];
    }),
  ];
};
