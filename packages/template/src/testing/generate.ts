import type { TemplateVariable } from "@nofx/contract-marketplace";
import type { Declared } from "../variables/declared.ts";
import { type GivenValues, resolveVariables, valueProblems } from "../variables/resolve-variables.ts";
import { typeOf } from "../variables/variable-schema.ts";

/** An input at an edge of what a variable takes. */
export interface GeneratedInput {
  readonly name: string;
  readonly variables: GivenValues;
}

/** More values of an enum prove nothing more. */
const enumMax = 100;

/** Longer texts prove nothing more. */
const lengthMax = 10_000;

const formatted: Readonly<Record<string, string>> = {
  date: "2026-02-28",
  "date-time": "2026-02-28T12:00:00Z",
  time: "12:00:00Z",
  duration: "P1D",
  email: "someone@example.com",
  hostname: "example.com",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  uri: "https://example.com/",
  "uri-reference": "/",
  "uri-template": "/{id}",
  uuid: "3f1b1d6e-5a0b-4c5e-9d43-0d9f6f0b7a11",
  "json-pointer": "/a",
};

type Candidate = readonly [edge: string, value: unknown];

const texts = ({ minLength = 0, maxLength, format }: TemplateVariable): Candidate[] => {
  if (format !== undefined) return Object.hasOwn(formatted, format) ? [["formatted", formatted[format]]] : [];
  return [
    ["shortest", "a".repeat(Math.min(minLength, lengthMax))],
    ["longest", "a".repeat(Math.min(maxLength ?? Math.max(minLength, 100), lengthMax))],
    ["in another script", "Größe 寸法 😀"],
    ["with braces", "{{ not.a.variable }}"],
    ["capitalised", "Aa"],
  ];
};

const numbers = (variable: TemplateVariable): Candidate[] => {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf = 1 } = variable;
  const step = typeOf(variable) === "integer" ? Math.max(1, multipleOf) : multipleOf;
  const low = minimum ?? (exclusiveMinimum === undefined ? undefined : exclusiveMinimum + step);
  const high = maximum ?? (exclusiveMaximum === undefined ? undefined : exclusiveMaximum - step);
  return [
    ["smallest", low ?? -step],
    ["largest", high ?? 1_000_000 * step],
    ["zero", 0],
  ];
};

const lists = (variable: TemplateVariable): Candidate[] => {
  const { minItems = 0, maxItems } = variable;
  const items = variable.items as TemplateVariable | undefined;
  const members = items
    ? candidates({ ...items, type: items.type ?? "json" }).map(([, value]) => value)
    : ["a", "b", "c"];
  const fitting = members.filter(
    (value) => !items || valueProblems({ type: "json", schema: items as Record<string, unknown> }, value).length === 0,
  );
  const many = (count: number): unknown[] =>
    Array.from({ length: count }, (_, index) => fitting[index % fitting.length]);
  if (fitting.length === 0) return minItems === 0 ? [["empty", []]] : [];
  return [
    ["shortest", many(minItems)],
    ["longest", many(Math.min(maxItems ?? Math.max(minItems, 3), 100))],
  ];
};

/** Values at the edges of what a variable takes; some may be beyond them. */
const candidates = (variable: TemplateVariable): Candidate[] => {
  const { default: given, enum: allowed = [] } = variable;
  const own: Candidate[] = given === undefined ? [] : [["default", given]];
  switch (typeOf(variable)) {
    case "number":
    case "integer":
      return [...own, ...numbers(variable)];
    case "boolean":
      return [
        ["true", true],
        ["false", false],
      ];
    case "enum":
      return allowed.slice(0, enumMax).map((value) => [JSON.stringify(value), value]);
    case "array":
      return [...own, ...lists(variable)];
    case "object":
      return [...own, ["empty", {}]];
    case "secret":
      return [["reference", "secret://example/secret"]];
    case "json":
      return [...own, ["null", null], ["text", "a"]];
    default:
      return [...own, ...texts(variable)];
  }
};

/** Values at the edges of what a variable takes, each with what it is called. */
export const edgeValues = (variable: TemplateVariable): Candidate[] =>
  candidates(variable).filter(([, value]) => valueProblems(variable, value).length === 0);

const inputsFor = (
  name: string,
  variable: TemplateVariable,
  base: GivenValues,
  environment: GivenValues,
): GeneratedInput[] => [
  ...(variable.required || variable.default !== undefined || Object.hasOwn(environment, name)
    ? []
    : [{ name: `without ${name}`, variables: without(base, name) }]),
  ...edgeValues(variable).map(([edge, value]) => ({ name: `${name}: ${edge}`, variables: { ...base, [name]: value } })),
];

/**
 * Inputs at the edges of what variables are declared to take, one variable at a time, the others as in `base`: values for
 * which the template ought to give a plan. Only such as the declarations accept are among them, with what the environment
 * gives for variables that an input leaves out; undefined stands for one that they refuse.
 */
export function* generateInputs(
  declared: Declared,
  base: GivenValues,
  environment: GivenValues = {},
): Generator<GeneratedInput | undefined> {
  for (const [name, variable] of Object.entries(declared).sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const input of inputsFor(name, variable, base, environment)) {
      yield resolveVariables(declared, { ...environment, ...input.variables }).ok ? input : undefined;
    }
  }
}

const without = (values: GivenValues, name: string): GivenValues =>
  Object.fromEntries(Object.entries(values).filter(([other]) => other !== name));
