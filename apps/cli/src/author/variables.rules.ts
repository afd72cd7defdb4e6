import type { ProblemItem } from "@nofx/contract-kit";
import type { TemplateVariable } from "@nofx/contract-marketplace";
import type { Declared } from "@nofx/template";

/** A value that was typed, or why it is none; never the value itself, which may be secret. */
export type ReadValue = { readonly value: unknown } | { readonly fault: string };

const json = (text: string): ReadValue => {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { fault: "is not JSON" };
  }
};

const inEnum = (variable: TemplateVariable, text: string): unknown =>
  variable.enum?.find((value) => value === text || JSON.stringify(value) === text) ?? text;

/** Reads a typed text as its variable is declared; what does not fit stays a text, which is refused with all others. */
export const readValue = (variable: TemplateVariable | undefined, text: string): ReadValue => {
  switch (variable?.type) {
    case "number":
    case "integer":
      return { value: /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : text };
    case "boolean":
      return { value: text === "true" ? true : text === "false" ? false : text };
    case "array":
    case "object":
    case "json":
      return json(text);
    case "enum":
      return { value: inEnum(variable, text) };
    default:
      return { value: text };
  }
};

const bounds = ({ minimum, maximum, minLength, maxLength, minItems, maxItems }: TemplateVariable): string[] =>
  (
    [
      ["from", minimum],
      ["to", maximum],
      ["at least", minLength, "characters"],
      ["at most", maxLength, "characters"],
      ["at least", minItems, "members"],
      ["at most", maxItems, "members"],
    ] as const
  ).flatMap(([word, bound, unit]) =>
    bound === undefined ? [] : [[word, bound, unit].filter((part) => part !== undefined).join(" ")],
  );

/** What a variable takes, in a few words. */
export const allowed = (variable: TemplateVariable): string => {
  const { type = "string", enum: values, format, pattern, required, default: given } = variable;
  return [
    values ? `one of ${values.map((value) => JSON.stringify(value)).join(", ")}` : type,
    ...(type === "secret" ? ["a reference such as secret://mail/password"] : []),
    ...(format === undefined ? [] : [`as a ${format}`]),
    ...(pattern === undefined ? [] : [`that fits ${pattern}`]),
    ...bounds(variable),
    ...(required ? ["required"] : []),
    ...(given === undefined || type === "secret" ? [] : [`default ${JSON.stringify(given)}`]),
  ].join(", ");
};

const variableAt = (path: string, declared: Declared): string | undefined =>
  Object.keys(declared).find(
    (name) =>
      path === `$.variables.${name}` ||
      path.startsWith(`$.variables.${name}.`) ||
      path.startsWith(`$.variables.${name}[`) ||
      path.startsWith(`$.variables['${name}']`),
  );

/** What is wrong with values, each with what the variable takes. */
export const tellProblems = (errors: readonly ProblemItem[], declared: Declared): string =>
  errors
    .map(({ path, message }) => {
      const name = variableAt(path, declared);
      const variable = name === undefined ? undefined : declared[name];
      return `  ${path}: ${message}${variable ? ` (${allowed(variable)})` : ""}`;
    })
    .join("\n");
