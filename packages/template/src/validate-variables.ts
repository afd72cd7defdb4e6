import type { Finding } from "@nofx/contract-kit";
import { asObject, closestWord, finding, findingsMax } from "@nofx/document";
import type { Reference } from "./reference.ts";

/** Declared variables: a template that declares none takes any. */
type Declared = Readonly<Record<string, unknown>> | undefined;

const typeOf = (declared: Declared, name: string): unknown => asObject(declared?.[name]).type;

/** What is wrong with how variables are used, wherever that is. */
export const usageFindings = (declared: Declared, references: readonly Reference[]): Finding[] => {
  if (!declared) return [];
  const names = Object.keys(declared);
  const found: Finding[] = [];
  for (const { path, name, isInText } of references) {
    // What is not told one by one needs no suggestion.
    if (found.length > findingsMax) break;
    if (!Object.hasOwn(declared, name)) {
      const message = `The variable "${name}" is not declared in content.variables`;
      found.push(finding("error", path, "variable_undeclared", message, closestWord(name, names)));
    } else if (isInText && typeOf(declared, name) === "secret") {
      const message = `"${name}" is a secret: it may only stand alone, never inside text`;
      found.push(finding("error", path, "secret_in_text", message));
    }
  }
  return found;
};

/** What is wrong with the declarations themselves. */
export const declarationFindings = (declared: Declared): Finding[] =>
  Object.entries(declared ?? {}).flatMap(([name, variable]) =>
    asObject(variable).type === "secret" && Object.hasOwn(asObject(variable), "default")
      ? [finding("error", ["content", "variables", name, "default"], "secret_default", "A secret has no default")]
      : [],
  );

/** Variables that callers are asked for and nothing uses. */
export const unusedWarnings = (declared: Declared, references: readonly Reference[]): Finding[] => {
  const used = new Set(references.map(({ name }) => name));
  return Object.keys(declared ?? {})
    .filter((name) => !used.has(name))
    .map((name) => finding("warning", ["content", "variables", name], "variable_unused", `Nothing uses "${name}"`));
};
