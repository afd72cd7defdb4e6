import type { Finding } from "@nofx/contract-kit";
import type { Condition, TemplateVariable } from "@nofx/contract-marketplace";
import { closestWord, finding, type Path } from "@nofx/document";
import { patternsIn, variablesIn } from "./condition.ts";
import { type Declared, declarationOrder } from "./declared.ts";
import { compileSchema } from "./json-schema.ts";
import { compilePattern } from "./pattern.ts";
import { valueProblems } from "./resolve-variables.ts";
import { idleKeys, schemaOf, typeOf } from "./variable-schema.ts";

/** What a piece of work objects to; undefined if nothing. */
const objection = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
};

const typeFindings = (path: Path, variable: TemplateVariable): Finding[] => {
  const type = typeOf(variable);
  const found = idleKeys(variable).map((key) =>
    finding("error", [...path, key], "key_of_other_type", `A variable of type ${type} has no \`${key}\``),
  );
  if (type === "enum" && variable.enum === undefined) {
    found.push(finding("error", [...path, "enum"], "enum_missing", "Name the values under `enum`"));
  }
  if (type !== "enum" && variable.enum !== undefined) {
    found.push(finding("error", [...path, "enum"], "key_of_other_type", "Only a variable of type enum has `enum`"));
  }
  return found;
};

const schemaFindings = (path: Path, variable: TemplateVariable): Finding[] => {
  if (variable.pattern !== undefined) {
    const { pattern } = variable;
    const wrong = objection(() => compilePattern(pattern));
    if (wrong !== undefined)
      return [finding("error", [...path, "pattern"], "pattern_invalid", `Not an expression of RE2: ${wrong}`)];
  }
  const own = objection(() => compileSchema(schemaOf(variable)));
  if (own !== undefined) return [finding("error", path, "declaration_invalid", `No value could be checked: ${own}`)];
  const { schema } = variable;
  const wrong = schema === undefined ? undefined : objection(() => compileSchema(schema));
  return wrong === undefined
    ? []
    : [finding("error", [...path, "schema"], "schema_invalid", `Not a usable JSON Schema: ${wrong}`)];
};

const defaultFindings = (path: Path, variable: TemplateVariable): Finding[] => {
  if (!Object.hasOwn(variable, "default")) return [];
  const place = [...path, "default"];
  if (typeOf(variable) === "secret") return [finding("error", place, "secret_default", "A secret has no default")];
  return valueProblems(variable, variable.default).map((found) =>
    finding("error", [...place, ...found.path], "default_invalid", `The default does not fit: ${found.message}`),
  );
};

const conditionFindings = (names: readonly string[], path: Path, condition: Condition): Finding[] => [
  ...[...new Set(variablesIn(condition))]
    .filter((name) => !names.includes(name))
    .map((name) => {
      const message = `The condition looks at "${name}", which is not declared`;
      return finding("error", path, "variable_undeclared", message, closestWord(name, names));
    }),
  ...patternsIn(condition).flatMap((pattern) => {
    const wrong = objection(() => compilePattern(pattern));
    return wrong === undefined ? [] : [finding("error", path, "pattern_invalid", `Not an expression of RE2: ${wrong}`)];
  }),
];

const conditionsOf = (path: Path, { when, rules = [] }: TemplateVariable): [Path, Condition][] => [
  ...(when === undefined ? [] : [[[...path, "when"], when] as [Path, Condition]]),
  ...rules.map(({ holds }, index) => [[...path, "rules", index, "holds"], holds] as [Path, Condition]),
];

const findingsOf = (names: readonly string[], name: string, variable: TemplateVariable): Finding[] => {
  const path = ["content", "variables", name];
  const unusable = [...typeFindings(path, variable), ...schemaFindings(path, variable)];
  return [
    ...unusable,
    ...(unusable.length > 0 ? [] : defaultFindings(path, variable)),
    ...conditionsOf(path, variable).flatMap(([place, condition]) => conditionFindings(names, place, condition)),
  ];
};

/** What is wrong with declarations beyond their schema; `names` are those of all variables, sound or not. */
export const declarationFindings = (declared: Declared, names: readonly string[]): Finding[] => {
  const { circles } = declarationOrder(declared);
  const [first] = circles;
  const circle =
    first === undefined
      ? []
      : [
          finding(
            "error",
            ["content", "variables", first, "when"],
            "condition_circle",
            `Whether these variables are there depends on each other: ${circles.join(", ")}`,
          ),
        ];
  return [...Object.entries(declared).flatMap(([name, variable]) => findingsOf(names, name, variable)), ...circle];
};
