import type { QueryFilter } from "@nofx/search-core";
import type { Query, Range } from "./query-dsl.rules.ts";
import { labelValue } from "./values.rules.ts";

const dayMs = 86_400_000;

/** From where to where, the end left out, a value of a comparable field reaches: a date is a whole day. */
const extentOf = (field: "updated" | "rating", value: string): readonly [number, number] => {
  if (field === "rating") return [Number(value), Number(value) + 1e-9];
  const start = Date.parse(value);
  return [start, start + (value.includes("T") ? 1 : dayMs)];
};

const rangeOf = (comparison: QueryFilter["comparison"], from: number, to: number): Range => {
  if (comparison === "=") return { gte: from, lt: to };
  if (comparison === ">") return { gte: to };
  if (comparison === ">=") return { gte: from };
  return { lt: comparison === "<" ? from : to };
};

const conditionOf = ({ field, comparison, values }: QueryFilter): Query => {
  if (field === "updated") return { range: { updated: rangeOf(comparison, ...extentOf(field, values[0] ?? "")) } };
  if (field === "rating") {
    // Unrated documents, whose mean is 0, fit no rating.
    return { range: { mean: { gte: 1, ...rangeOf(comparison, ...extentOf(field, values[0] ?? "")) } } };
  }
  return { terms: { labels: values.map((value) => labelValue(field, value)) } };
};

/** A filter as OpenSearch has it. */
export const filterQuery = (filter: QueryFilter): Query =>
  filter.isNegated ? { bool: { must_not: [conditionOf(filter)] } } : conditionOf(filter);
