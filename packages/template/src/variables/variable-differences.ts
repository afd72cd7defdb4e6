import { isDeepStrictEqual } from "node:util";
import { type Difference, jsonPath } from "@nofx/contract-kit";
import { TemplateVariable } from "@nofx/contract-marketplace";
import { acceptedDifferences, type Severity } from "@nofx/versioning";
import { conditionDifferences, judgedByConditions } from "./condition-differences.ts";
import type { Declared } from "./declared.ts";
import { valueProblems } from "./resolve-variables.ts";
import { schemaOf, typeOf } from "./variable-schema.ts";

type Values = Readonly<Record<string, unknown>>;

/** One variable in two versions, each as far as its declaration can be read. */
interface Pair {
  readonly name: string;
  readonly path: string;
  readonly before: TemplateVariable;
  readonly after: TemplateVariable;
  /** Variables of the later version on which conditions depend. */
  readonly judged: ReadonlySet<string>;
}

const within = (path: string, key: string): string => path + jsonPath([key]).slice(1);

const isAt = (path: string, place: string): boolean =>
  path.startsWith(place) && [undefined, ".", "["].includes(path[place.length]);

/** What is told of a member of the declaration. */
const told = ({ path, before, after }: Pair, key: string, severity: Severity, reason: string): Difference => ({
  path: within(path, key),
  ...(Object.hasOwn(before, key) && { before: before[key] }),
  ...(Object.hasOwn(after, key) && { after: after[key] }),
  severity,
  reason,
});

const hasDefault = ({ default: given }: TemplateVariable): boolean => given !== undefined;

/** Whether callers need not give a value. */
const mayBeLeftOut = (variable: TemplateVariable): boolean => variable.required !== true || hasDefault(variable);

const requiredDifferences = (pair: Pair): Difference[] => {
  const { name, before, after } = pair;
  if (before.required === after.required) return [];
  if (mayBeLeftOut(before) && !mayBeLeftOut(after)) {
    const reason = `Variable \`${name}\` is required now: callers that give no value for it are refused`;
    return [told(pair, "required", "major", reason)];
  }
  if (!mayBeLeftOut(before) && mayBeLeftOut(after))
    return [told(pair, "required", "minor", `Variable \`${name}\` is no longer required`)];
  const reason = `Whether variable \`${name}\` is required is said otherwise, and callers are held to the same`;
  return [told(pair, "required", "patch", reason)];
};

const defaultDifferences = (pair: Pair): Difference[] => {
  const { name, before, after, judged } = pair;
  if (isDeepStrictEqual(before.default, after.default)) return [];
  if (mayBeLeftOut(before) && !mayBeLeftOut(after)) {
    const reason = `Variable \`${name}\` has no default any more: callers that give no value for it are refused`;
    return [told(pair, "default", "major", reason)];
  }
  if (judged.has(name)) {
    const reason = `Variable \`${name}\` has another default, on which conditions depend: it cannot be shown that callers that leave it out are still taken`;
    return [told(pair, "default", "major", reason)];
  }
  const what = hasDefault(before) ? (hasDefault(after) ? "another default" : "no default any more") : "a default now";
  return [told(pair, "default", "minor", `Variable \`${name}\` has ${what}`)];
};

/** All values that a variable takes, if they can be counted. */
const countedValues = (variable: TemplateVariable): readonly unknown[] | undefined => {
  const type = typeOf(variable);
  if (type !== "enum" && type !== "boolean") return undefined;
  const all = type === "enum" ? (variable.enum ?? []) : [true, false];
  return all.filter((value) => valueProblems(variable, value).length === 0);
};

/** Another type, where the earlier one took values that can be counted: each of them is tried. */
const countedDifference = (pair: Pair, values: readonly unknown[]): Difference => {
  const { name, before, after } = pair;
  const refused = values.filter((value) => valueProblems(after, value).length > 0);
  const types = `its type is ${typeOf(after)} now, and was ${typeOf(before)}`;
  if (refused.length > 0) return told(pair, "type", "major", `Variable \`${name}\` takes other values: ${types}`);
  return told(pair, "type", "minor", `Variable \`${name}\` takes more values: ${types}`);
};

const typeDifferences = (pair: Pair): Difference[] => {
  const { name, path, before, after } = pair;
  const [was, is] = [typeOf(before), typeOf(after)];
  if (is === "secret") {
    const reason = `Variable \`${name}\` is a secret now: callers that give a value in place of a reference are refused`;
    return [told(pair, "type", "major", reason)];
  }
  if (was === "secret") {
    const reason = `Variable \`${name}\` is no secret any more: what callers give for it is no longer kept as one`;
    return [told(pair, "type", "major", reason)];
  }
  const values = countedValues(before);
  if (values) return [countedDifference(pair, values)];
  const found = acceptedDifferences(schemaOf(before), schemaOf(after), { path, name });
  const types = { ...(before.type && { before: before.type }), ...(after.type && { after: after.type }) };
  return found.map((each) => (each.path === within(path, "type") ? { ...each, ...types } : each));
};

/** What is another about the values that are taken. */
const valueDifferences = (pair: Pair): Difference[] => {
  const { name, path, before, after } = pair;
  const [was, is] = [before, after].map(schemaOf);
  const base = typeOf(before) === typeOf(after) ? acceptedDifferences(was, is, { path, name }) : typeDifferences(pair);
  if (isDeepStrictEqual(before.schema, after.schema)) return base;
  return [...base, ...acceptedDifferences(before.schema, after.schema, { path: within(path, "schema"), name })];
};

/** Members of a declaration that its type or nobody knows: they refuse nothing. */
const otherDifferences = (pair: Pair, found: readonly Difference[]): Difference[] =>
  [...new Set([...Object.keys(pair.before), ...Object.keys(pair.after)])]
    .filter((key) => !isDeepStrictEqual(pair.before[key], pair.after[key]))
    .filter((key) => !found.some(({ path }) => isAt(path, within(pair.path, key))))
    .map((key) =>
      Object.hasOwn(TemplateVariable.shape, key)
        ? told(pair, key, "patch", `Variable \`${pair.name}\` is described otherwise`)
        : told(pair, key, "minor", `\`${key}\` of variable \`${pair.name}\`, which is no defined part, is another`),
    );

const pairDifferences = (pair: Pair): Difference[] => {
  const found = [
    ...valueDifferences(pair),
    ...requiredDifferences(pair),
    ...defaultDifferences(pair),
    ...conditionDifferences(pair.name, pair.path, pair.before, pair.after, mayBeLeftOut(pair.after)),
  ];
  return [...found, ...otherDifferences(pair, found)];
};

/** What a variable that was not there means for callers. */
export const newVariable = (name: string, after: unknown): readonly [Severity, string] => {
  const { data } = TemplateVariable.safeParse(after);
  if (!data || !mayBeLeftOut(data))
    return ["major", `Variable \`${name}\` is new and required: callers that give no value for it are refused`];
  if (hasDefault(data) && data.rules?.length)
    return ["major", `Variable \`${name}\` is new, and its default is held to rules that callers may not fit`];
  return ["minor", `Variable \`${name}\` is new`];
};

/** Values for names that nobody declared are passed over. */
export const goneVariable = (name: string): readonly [Severity, string] => [
  "minor",
  `Variable \`${name}\` is gone: values for it are passed over`,
];

const differencesOf = (
  name: string,
  path: string,
  before: unknown,
  after: unknown,
  judged: ReadonlySet<string>,
): Difference[] => {
  if (before === undefined) {
    const [severity, reason] = newVariable(name, after);
    return [{ path, after, severity, reason }];
  }
  if (after === undefined) {
    const [severity, reason] = goneVariable(name);
    return [{ path, before, severity, reason }];
  }
  const [was, is] = [before, after].map((variable) => TemplateVariable.safeParse(variable).data);
  if (was && is) return pairDifferences({ name, path, before: was, after: is, judged });
  return [{ path, before, after, severity: "major", reason: `Variable \`${name}\` is another` }];
};

const readable = (variables: Values): Declared =>
  Object.fromEntries(
    Object.entries(variables).flatMap(([name, variable]) => {
      const { data } = TemplateVariable.safeParse(variable);
      return data ? [[name, data]] : [];
    }),
  );

/**
 * What differs between the variables of two versions. They are what callers give: what refuses a value that was taken is
 * major, what only takes more is minor, words are a patch.
 */
export const variableDifferences = (before: Values, after: Values, path: string): Difference[] => {
  const judged = judgedByConditions(readable(after));
  const own = (values: Values, name: string): unknown => (Object.hasOwn(values, name) ? values[name] : undefined);
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => !isDeepStrictEqual(own(before, name), own(after, name)))
    .flatMap((name) => differencesOf(name, within(path, name), own(before, name), own(after, name), judged));
};
