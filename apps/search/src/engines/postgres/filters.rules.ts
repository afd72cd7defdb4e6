import type { QueryFilter } from "@nofx/search-core";
import { labelLexeme, quoted } from "./lexemes.rules.ts";

/** A condition that is no word: a range of `updated` (milliseconds) or `mean` rating. */
export interface RangeCondition {
  readonly column: "updated" | "mean";
  readonly range: string;
  readonly negated: boolean;
}

/** A filter as PostgreSQL has it: a query over labels, or a range. */
export type Condition =
  | {
      readonly field: QueryFilter["field"];
      readonly query: string;
      readonly lexemes: readonly string[];
      readonly negated: boolean;
    }
  | { readonly field: QueryFilter["field"]; readonly range: RangeCondition };

const dayMs = 86_400_000;

/** From where to where, the end left out, a value of a comparable field reaches: a date is a whole day. */
const extentOf = (field: "updated" | "rating", value: string): readonly [number, number] => {
  if (field === "rating") return [Number(value), Number(value) + 1e-9];
  const start = Date.parse(value);
  return [start, start + (value.includes("T") ? 1 : dayMs)];
};

const rangeOf = (comparison: QueryFilter["comparison"], from: number, to: number, least: number): string => {
  const text = (value: number) => value.toFixed(9);
  if (comparison === "=") return `[${text(from)},${text(to)})`;
  if (comparison === ">") return `[${text(to)},)`;
  if (comparison === ">=") return `[${text(from)},)`;
  return `[${text(least)},${text(comparison === "<" ? from : to)})`;
};

/** Unrated documents, whose mean is 0, fit no rating. */
const leastRating = 1;
const leastTime = -8.64e15;

export const conditionOf = ({ field, comparison, values, isNegated: negated }: QueryFilter): Condition => {
  if (field === "updated" || field === "rating") {
    const [from, to] = extentOf(field, values[0] ?? "");
    const column = field === "updated" ? "updated" : "mean";
    const least = field === "updated" ? leastTime : leastRating;
    return { field, range: { column, range: rangeOf(comparison, from, to, least), negated } };
  }
  const lexemes = values.map((value) => labelLexeme(field, value));
  const query = `(${lexemes.map(quoted).join(" | ")})`;
  return { field, query: negated ? `!${query}` : query, lexemes, negated };
};
