import { canonicalForm } from "@nofx/canonical";
import { type Expression, variableOf } from "../expressions/expression.ts";
import { applyFilters } from "../expressions/filter.ts";
import type { Values } from "../variables/condition.ts";

/** A plan may not become larger than this, in characters of JSON: a short template could ask for a long value many times. */
export const planCharactersMax = 4 * 1024 * 1024;

/** It cannot be rendered as far as its size goes. */
export class PlanTooLarge extends Error {}

/** What expressions stand for. */
export interface Scope {
  readonly values: Values;
  isDeclared(variable: string): boolean;
  /** Characters that may still be put in. */
  charactersLeft: number;
}

/** Reserves room for a value. @throws PlanTooLarge */
const take = (scope: Scope, value: unknown): void => {
  scope.charactersLeft -= typeof value === "string" ? value.length : canonicalForm(value).length;
  if (scope.charactersLeft < 0) throw new PlanTooLarge();
};

const memberOf = (value: unknown, key: string | number): unknown => {
  if (value === null || typeof value !== "object") return undefined;
  return Object.hasOwn(value, key) ? (value as Record<string | number, unknown>)[key] : undefined;
};

/** What an expression stands for; undefined if there is no value. @throws FilterMismatch, PlanTooLarge */
export const evaluate = (scope: Scope, { name, filters }: Expression): unknown => {
  const path = variableOf(name, scope.isDeclared);
  const value = path?.members.reduce(memberOf, scope.values.get(path.variable));
  // Each filter goes through the value once.
  for (let uses = 0; uses <= filters.length && value !== undefined; uses += 1) take(scope, value);
  const filtered = applyFilters(value, filters);
  if (filtered !== undefined && filtered !== value) take(scope, filtered);
  return filtered;
};
