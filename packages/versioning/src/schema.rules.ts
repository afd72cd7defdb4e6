import { canonicalForm } from "@nofx/canonical";
import type { Severity } from "./change.ts";
import { isRecord } from "./record.ts";

/**
 * Which way values travel: callers send inputs and receive outputs. A variable is an input of which nobody may be refused
 * who was not: there, also a member that is told of for the first time accepts less.
 */
export type Direction = "input" | "output" | "variable";

/** What a change does to the set of values that a schema accepts. */
export type Effect = "narrower" | "wider" | "either" | "default" | "none";

/**
 * Callers break if less of what they send is accepted, or if they receive more than they were told. Where it cannot be
 * shown which of the two happens, the worse is assumed.
 */
export const effectSeverities: Readonly<Record<Direction, Readonly<Record<Effect, Severity>>>> = {
  input: { narrower: "major", wider: "minor", either: "major", default: "minor", none: "patch" },
  output: { narrower: "minor", wider: "major", either: "major", default: "patch", none: "patch" },
  variable: { narrower: "major", wider: "minor", either: "major", default: "minor", none: "patch" },
};

const acceptsAll = (schema: unknown): boolean =>
  schema === undefined || schema === true || (isRecord(schema) && Object.keys(schema).length === 0);

/** Two schemas of which at least one is no object: `true` and an absent one accept everything, `false` nothing. */
export const plainEffect = (before: unknown, after: unknown): Effect => {
  if (acceptsAll(before)) return acceptsAll(after) ? "none" : "narrower";
  if (acceptsAll(after)) return "wider";
  if (before === false || after === false) return before === false ? "wider" : "narrower";
  return "either";
};

type EffectOf = (before: unknown, after: unknown) => Effect;

/** Of two sets of accepted values, `undefined` being all values. */
const ofSets = (before: ReadonlySet<string> | undefined, after: ReadonlySet<string> | undefined): Effect => {
  const lost = before ? [...before].some((one) => after && !after.has(one)) : after !== undefined;
  const gained = after ? [...after].some((one) => before && !before.has(one)) : before !== undefined;
  if (lost && gained) return "either";
  if (lost) return "narrower";
  return gained ? "wider" : "none";
};

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** The types that a `type` accepts: a number may be an integer. */
const types = (value: unknown): ReadonlySet<string> | undefined => {
  if (value === undefined) return undefined;
  const named = asList(value).map(String);
  return new Set(named.includes("number") ? [...named, "integer"] : named);
};

const members = (value: unknown): ReadonlySet<string> | undefined =>
  value === undefined ? undefined : new Set(asList(value).map(canonicalForm));

const opposite: Readonly<Record<Effect, Effect>> = {
  narrower: "wider",
  wider: "narrower",
  either: "either",
  default: "default",
  none: "none",
};

/** The more is required, the less is accepted. */
const required: EffectOf = (before, after) => opposite[ofSets(members(before ?? []), members(after ?? []))];

const bound =
  (none: number, risesTo: Effect): EffectOf =>
  (before = none, after = none) => {
    if (typeof before !== "number" || typeof after !== "number") return "either";
    if (before === after) return "none";
    return after > before ? risesTo : opposite[risesTo];
  };
const lowerBound = bound(Number.NEGATIVE_INFINITY, "narrower");
const upperBound = bound(Number.POSITIVE_INFINITY, "wider");
/** A size of at least 0 is no bound at all. */
const lowerSize = bound(0, "narrower");

const multipleOf: EffectOf = (before, after) => {
  if (typeof before !== "number" || typeof after !== "number") return constraint(before, after);
  if (after % before === 0) return "narrower";
  return before % after === 0 ? "wider" : "either";
};

const flag: EffectOf = (before = false, after = false) => {
  if (before === after) return "none";
  return after === true ? "narrower" : "wider";
};

/** A condition that is there or not; two different ones cannot be compared. */
const constraint: EffectOf = (before, after) => {
  if (before === undefined) return "narrower";
  return after === undefined ? "wider" : "either";
};

/** Alternatives: one more accepts more. Conditions that all hold: one more accepts less. */
const alternatives: EffectOf = (before, after) => {
  if (before === undefined || after === undefined) return constraint(before, after);
  return ofSets(members(before), members(after));
};
const conditions: EffectOf = (before, after) => opposite[ofSets(members(before ?? []), members(after ?? []))];

const doubtful: EffectOf = () => "either";

/** What a change of a keyword does. Keywords that are not here say nothing about what is accepted. */
export const keywordEffects: ReadonlyMap<string, EffectOf> = new Map(
  Object.entries<EffectOf>({
    type: (before, after) => ofSets(types(before), types(after)),
    enum: (before, after) => ofSets(members(before), members(after)),
    const: constraint,
    required,
    minimum: lowerBound,
    exclusiveMinimum: lowerBound,
    maximum: upperBound,
    exclusiveMaximum: upperBound,
    multipleOf,
    minLength: lowerSize,
    minItems: lowerSize,
    minProperties: lowerSize,
    minContains: bound(1, "narrower"),
    maxLength: upperBound,
    maxItems: upperBound,
    maxProperties: upperBound,
    maxContains: upperBound,
    uniqueItems: flag,
    pattern: constraint,
    format: constraint,
    contentEncoding: constraint,
    contentMediaType: constraint,
    dependentRequired: constraint,
    dependencies: constraint,
    anyOf: alternatives,
    oneOf: alternatives,
    allOf: conditions,
    prefixItems: conditions,
    not: constraint,
    if: doubtful,
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    then: constraint,
    else: constraint,
    contains: constraint,
    propertyNames: constraint,
    $ref: doubtful,
    $dynamicRef: doubtful,
    $recursiveRef: doubtful,
    default: () => "default",
  }),
);
