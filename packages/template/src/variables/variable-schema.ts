import type { TemplateVariable } from "@nofx/contract-marketplace";

/** A reference to a secret: where whoever runs the plan finds it. Its value is never here. */
const secretReference = "^secret://[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$";
const secretCharactersMax = 300;

/** Keys of a declaration that mean the same in JSON Schema, by the type that they belong to. */
const textual = ["pattern", "format", "minLength", "maxLength"] as const;
const numeric = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"] as const;
const listed = ["items", "minItems", "maxItems", "uniqueItems"] as const;
const keyed = ["properties"] as const;

type Type = NonNullable<TemplateVariable["type"]>;

const keywords: Readonly<Record<Type, readonly (keyof TemplateVariable)[]>> = {
  string: textual,
  number: numeric,
  integer: numeric,
  boolean: [],
  enum: [],
  array: listed,
  object: keyed,
  secret: [],
  json: [],
};

/** A variable that says no type takes texts. */
export const typeOf = ({ type = "string" }: TemplateVariable): Type => type;

/** Keys of a declaration that its type knows nothing to do with. */
export const idleKeys = (variable: TemplateVariable): string[] => {
  const fitting = keywords[typeOf(variable)];
  return [...textual, ...numeric, ...listed, ...keyed].filter(
    (key) => Object.hasOwn(variable, key) && !fitting.includes(key),
  );
};

const baseOf = (variable: TemplateVariable): Record<string, unknown> => {
  const type = typeOf(variable);
  // Without values, which only a version from before this was checked can be: there is none that fits.
  if (type === "enum") return variable.enum === undefined ? { not: {} } : { enum: variable.enum };
  if (type === "json") return {};
  if (type === "secret") return { type: "string", pattern: secretReference, maxLength: secretCharactersMax };
  return { type };
};

/** What a variable takes, as JSON Schema 2020-12; what its own `schema` says is held besides. */
export const schemaOf = (variable: TemplateVariable): Record<string, unknown> => ({
  ...baseOf(variable),
  ...Object.fromEntries(
    keywords[typeOf(variable)].filter((key) => variable[key] !== undefined).map((key) => [key, variable[key]]),
  ),
});
