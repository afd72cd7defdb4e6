import { canonicalForm } from "@nofx/canonical";
import type { Filter } from "./expression.ts";

/** A value that a filter cannot be applied to. */
export class FilterMismatch extends Error {}

interface FilterRule {
  /** The argument's type; undefined: it takes none. */
  readonly takes?: "any" | "string";
  /** What it makes of a value. @throws FilterMismatch */
  readonly apply: (value: unknown, argument: unknown) => unknown;
}

const onText =
  (apply: (text: string) => unknown) =>
  (value: unknown): unknown => {
    if (typeof value !== "string") throw new FilterMismatch("takes a text");
    return apply(value);
  };

const onList =
  (apply: (list: readonly unknown[], argument: unknown) => unknown) =>
  (value: unknown, argument: unknown): unknown => {
    if (!Array.isArray(value)) throw new FilterMismatch("takes a list");
    return apply(value, argument);
  };

/** A value as a part of a text: texts as they are, everything else as canonical JSON. */
export const asText = (value: unknown): string => (typeof value === "string" ? value : canonicalForm(value));

/** A value where a text must be, also if there is none: nothing is said by nothing. */
export const textOrNone = (value: unknown): string => asText(value ?? "");

const rules: Readonly<Record<string, FilterRule>> = {
  default: { takes: "any", apply: (value) => value },
  json: { apply: (value) => canonicalForm(value) },
  upper: { apply: onText((text) => text.toUpperCase()) },
  lower: { apply: onText((text) => text.toLowerCase()) },
  trim: { apply: onText((text) => text.trim()) },
  join: { takes: "string", apply: onList((list, separator) => list.map(asText).join(separator as string)) },
  first: { apply: onList((list) => list[0]) },
  last: { apply: onList((list) => list.at(-1)) },
  length: {
    apply: (value) => (typeof value === "string" ? [...value].length : onList((list) => list.length)(value, undefined)),
  },
};

/** The filters that there are. */
export const filterNames: readonly string[] = Object.keys(rules);

/** What is wrong with a filter as it is written; undefined if nothing. */
export const filterObstacle = ({ name, argument }: Filter): string | undefined => {
  const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
  if (!rule) return `There is no filter "${name}"; there are ${filterNames.join(", ")}`;
  if (rule.takes === undefined) return argument === undefined ? undefined : `The filter "${name}" takes no argument`;
  if (argument === undefined) return `The filter "${name}" needs an argument: ${name}("…")`;
  return rule.takes === "string" && typeof argument !== "string" ? `The argument of "${name}" is a text` : undefined;
};

/** What filters make of a value. Undefined, no value, stays so unless a `default` follows. @throws FilterMismatch */
export const applyFilters = (value: unknown, filters: readonly Filter[]): unknown =>
  filters.reduce((current, filter) => {
    if (current === undefined) return filter.name === "default" ? filter.argument : undefined;
    try {
      return rules[filter.name]?.apply(current, filter.argument);
    } catch (error) {
      if (error instanceof FilterMismatch) throw new FilterMismatch(`The filter "${filter.name}" ${error.message}`);
      throw error;
    }
  }, value);
