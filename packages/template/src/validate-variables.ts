import type { Finding } from "@nofx/contract-kit";
import { TemplateVariable } from "@nofx/contract-marketplace";
import { asObject, closestWord, finding, findingsMax } from "@nofx/document";
import { variableOf } from "./expressions/expression.ts";
import type { Reference } from "./reference.ts";
import { variablesIn } from "./variables/condition.ts";
import { declarationFindings } from "./variables/declaration-findings.ts";

/** Declared variables: a template that declares none takes any. */
type Declared = Readonly<Record<string, unknown>> | undefined;

const typeOf = (declared: Declared, name: string): unknown => asObject(declared?.[name]).type;

const undeclared = (names: readonly string[], { path, name }: Reference): Finding => {
  const message = `The variable "${name}" is not declared in content.variables`;
  return finding("error", path, "variable_undeclared", message, closestWord(name, names));
};

const isFinding = (found: Finding | undefined): found is Finding => found !== undefined;

const secretFinding = ({ path, name, isInText, filters }: Reference): Finding | undefined => {
  if (isInText) {
    const message = `"${name}" is a secret: it may only stand alone, never inside text`;
    return finding("error", path, "secret_in_text", message);
  }
  if (filters.length === 0) return undefined;
  return finding("error", path, "secret_filtered", `"${name}" is a secret: no filter can see its value`);
};

/** What is wrong with how variables are used, wherever that is. */
export const usageFindings = (declared: Declared, references: readonly Reference[]): Finding[] => {
  if (!declared) return [];
  const names = Object.keys(declared);
  const found: Finding[] = [];
  for (const reference of references) {
    // What is not told one by one needs no suggestion.
    if (found.length > findingsMax) break;
    const meant = variableOf(reference.name, (name) => Object.hasOwn(declared, name));
    if (!meant) found.push(undeclared(names, reference));
    else if (typeOf(declared, meant.variable) === "secret") found.push(...[secretFinding(reference)].filter(isFinding));
  }
  return found;
};

/** Declarations that keep to their schema; of the others that is told elsewhere. */
export const soundly = (declared: Declared): Record<string, TemplateVariable> =>
  Object.fromEntries(
    Object.entries(declared ?? {}).flatMap(([name, variable]) => {
      const parsed = TemplateVariable.safeParse(variable);
      return parsed.success ? [[name, parsed.data] as const] : [];
    }),
  );

/** What is wrong with the declarations themselves. */
export const declaredFindings = (declared: Declared): Finding[] =>
  declarationFindings(soundly(declared), Object.keys(declared ?? {}));

/** Variables that callers are asked for and nothing uses, no condition of another one either. */
export const unusedWarnings = (declared: Declared, references: readonly Reference[]): Finding[] => {
  const conditions = Object.values(soundly(declared)).flatMap(({ when, rules = [] }) => [
    ...(when === undefined ? [] : variablesIn(when)),
    ...rules.flatMap(({ holds }) => variablesIn(holds)),
  ]);
  const isDeclared = (name: string): boolean => Object.hasOwn(declared ?? {}, name);
  const used = new Set([...references.map(({ name }) => variableOf(name, isDeclared)?.variable), ...conditions]);
  return Object.keys(declared ?? {})
    .filter((name) => !used.has(name))
    .map((name) => finding("warning", ["content", "variables", name], "variable_unused", `Nothing uses "${name}"`));
};
