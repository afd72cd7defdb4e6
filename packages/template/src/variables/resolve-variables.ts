import { jsonPath, type ProblemItem } from "@nofx/contract-kit";
import type { Condition, TemplateVariable } from "@nofx/contract-marketplace";
import { closestWord, findingsMax } from "@nofx/document";
import { metered, TooMuchToCheck } from "./check-meter.ts";
import { holds, type Values, variablesIn } from "./condition.ts";
import { type Declared, declarationOrder } from "./declared.ts";
import { compileSchema, type ValueProblem } from "./json-schema.ts";
import { schemaOf, typeOf } from "./variable-schema.ts";

/** Values that are given for variables. */
export type GivenValues = Readonly<Record<string, unknown>>;

/** What became of given values: a value for each variable that has one, or everything that is wrong with them. */
export type ResolvedVariables =
  | { readonly ok: true; readonly values: Values; readonly warnings: readonly ProblemItem[] }
  | { readonly ok: false; readonly errors: readonly ProblemItem[]; readonly warnings: readonly ProblemItem[] };

const problem = (name: string, { path, code, message }: ValueProblem): ProblemItem => ({
  path: jsonPath(["variables", name, ...path]),
  code,
  message,
});

const secretProblem: ValueProblem = {
  path: [],
  code: "secret_value",
  message: "Give a reference such as `secret://mail/password`: a secret's value belongs nowhere here",
};

const missing: ValueProblem = { path: [], code: "missing", message: "A value is needed" };

const unused: ValueProblem = {
  path: [],
  code: "variable_not_used",
  message: "Not used: what the variable depends on is otherwise",
};

const broken = (message: string): ValueProblem => ({
  path: [],
  code: "declaration_invalid",
  message: `The variable cannot take a value as it is declared: ${message}`,
});

/** @throws RangeError for a declaration that makes no sense */
const misfits = (variable: TemplateVariable, value: unknown): ValueProblem[] => {
  const found = compileSchema(schemaOf(variable))(value);
  // One sentence for whatever else is given, and not a word of what it is.
  if (typeOf(variable) === "secret") return found.length > 0 ? [secretProblem] : [];
  const { schema } = variable;
  return found.length > 0 || schema === undefined ? found : compileSchema(schema)(value);
};

/** What is wrong with a variable's value. */
export const valueProblems = (variable: TemplateVariable, value: unknown): ValueProblem[] => {
  try {
    return misfits(variable, value);
  } catch (error) {
    if (error instanceof RangeError) return [broken(error.message)];
    if (error instanceof TooMuchToCheck) return [{ path: [], code: "too_much_to_check", message: error.message }];
    throw error;
  }
};

interface Settled {
  readonly values: Map<string, unknown>;
  /** Variables whose values are wrong: what depends on them cannot be told. */
  readonly unsound: Set<string>;
  readonly errors: ProblemItem[];
  readonly warnings: ProblemItem[];
}

const dependsOnUnsound = (condition: Condition, { unsound }: Settled): boolean =>
  unsound.size > 0 && variablesIn(condition).some((name) => unsound.has(name));

const refuse = ({ errors, unsound }: Settled, name: string, found: readonly ValueProblem[]): void => {
  unsound.add(name);
  errors.push(...found.map((one) => problem(name, one)));
};

const settle = (settled: Settled, declared: Declared, given: GivenValues, name: string): void => {
  const variable = declared[name] as TemplateVariable;
  const isGiven = Object.hasOwn(given, name);
  if (variable.when !== undefined && !holds(variable.when, settled.values)) {
    if (dependsOnUnsound(variable.when, settled)) settled.unsound.add(name);
    else if (isGiven) settled.warnings.push(problem(name, unused));
    return;
  }
  const value = isGiven ? given[name] : variable.default;
  if (value === undefined) {
    if (variable.required) refuse(settled, name, [missing]);
    return;
  }
  const found = valueProblems(variable, value);
  if (found.length === 0) settled.values.set(name, value);
  else refuse(settled, name, found);
};

/** Rules are held against values that are sound in themselves; of others, that is told already. */
const brokenRules = (declared: Declared, settled: Settled): ProblemItem[] =>
  [...settled.values.keys()].flatMap((name) =>
    (declared[name]?.rules ?? [])
      .filter((rule) => !dependsOnUnsound(rule.holds, settled) && !holds(rule.holds, settled.values))
      .map(({ message }) => problem(name, { path: [], code: "rule_broken", message })),
  );

const unknownWarnings = (declared: Declared, given: GivenValues): ProblemItem[] => {
  const names = Object.keys(declared);
  const strangers = Object.keys(given).filter((name) => !Object.hasOwn(declared, name));
  return strangers.slice(0, findingsMax).map((name) => {
    const meant = closestWord(name, names);
    const message = `No variable has this name${meant === undefined ? "" : `; ${meant} is meant, perhaps`}`;
    return problem(name, { path: [], code: "variable_unknown", message });
  });
};

const first = (problems: readonly ProblemItem[]): ProblemItem[] => problems.slice(0, findingsMax);

const resolved = (declared: Declared, given: GivenValues): ResolvedVariables => {
  const warnings = unknownWarnings(declared, given);
  const settled: Settled = { values: new Map(), unsound: new Set(), errors: [], warnings };
  const { names, circles } = declarationOrder(declared);
  for (const name of [...names, ...circles]) settle(settled, declared, given, name);
  const errors = [...settled.errors, ...brokenRules(declared, settled)];
  return errors.length > 0
    ? { ok: false, errors: first(errors), warnings: first(warnings) }
    : { ok: true, values: settled.values, warnings: first(warnings) };
};

/**
 * Gives each variable its value: what is given, else its default. A variable whose `when` does not hold has none. Everything
 * that is wrong is told at once, up to 200 problems; no problem repeats a value. Given names that are not declared
 * are passed over with a warning, so that callers survive a variable that goes away. Values that could not be checked
 * within two tenths of a second are refused.
 */
export const resolveVariables = (declared: Declared, given: GivenValues): ResolvedVariables => {
  try {
    return metered(() => resolved(declared, given));
  } catch (error) {
    if (!(error instanceof TooMuchToCheck)) throw error;
    const errors = [{ path: "$.variables", code: "too_much_to_check", message: error.message }];
    return { ok: false, errors, warnings: [] };
  }
};
