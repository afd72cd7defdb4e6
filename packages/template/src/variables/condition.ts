import type { Comparison, Condition, ConditionOperand } from "@nofx/contract-marketplace";
import { charge } from "./check-meter.ts";
import { compilePattern } from "./pattern.ts";
import { isSameValue } from "./same-value.ts";

/** Values of variables; a variable without one is not in it. */
export type Values = ReadonlyMap<string, unknown>;

const operandOf = (operand: ConditionOperand, values: Values): unknown =>
  operand !== null && typeof operand === "object" ? values.get(operand.variable) : operand;

const isSame = (a: unknown, b: unknown): boolean => a !== undefined && b !== undefined && isSameValue(a, b);

/** Less than 0, 0 or more as the one is less, equal or more; undefined if the two have no order. */
const order = (a: unknown, b: unknown): number | undefined => {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  return undefined;
};

const ordered = (a: unknown, b: unknown, fits: (sign: number) => boolean): boolean => {
  const sign = order(a, b);
  return sign !== undefined && fits(sign);
};

const compare = (comparison: Comparison, values: Values): boolean => {
  charge(10);
  const value = values.get(comparison.variable);
  const { present, matches } = comparison;
  const operand = (given: ConditionOperand): unknown => operandOf(given, values);
  if (present !== undefined) return (value !== undefined) === present;
  if (matches !== undefined) return typeof value === "string" && compilePattern(matches).test(value);
  if (comparison.in !== undefined) return comparison.in.some((given) => isSame(value, operand(given)));
  if (comparison.equals !== undefined) return isSame(value, operand(comparison.equals));
  if (comparison.notEquals !== undefined) return !isSame(value, operand(comparison.notEquals));
  if (comparison.lessThan !== undefined) return ordered(value, operand(comparison.lessThan), (sign) => sign < 0);
  if (comparison.atMost !== undefined) return ordered(value, operand(comparison.atMost), (sign) => sign <= 0);
  if (comparison.greaterThan !== undefined) return ordered(value, operand(comparison.greaterThan), (sign) => sign > 0);
  return comparison.atLeast !== undefined && ordered(value, operand(comparison.atLeast), (sign) => sign >= 0);
};

/** Whether a condition holds. @throws TooMuchToCheck */
export const holds = (condition: Condition, values: Values): boolean => {
  if ("all" in condition) return condition.all.every((one) => holds(one, values));
  if ("any" in condition) return condition.any.some((one) => holds(one, values));
  if ("not" in condition) return !holds(condition.not, values);
  return compare(condition, values);
};

const named = (operand: unknown): string[] =>
  operand !== null && typeof operand === "object" && "variable" in operand ? [String(operand.variable)] : [];

/** The variables that a condition looks at. */
export const variablesIn = (condition: Condition): string[] => {
  if ("all" in condition) return condition.all.flatMap(variablesIn);
  if ("any" in condition) return condition.any.flatMap(variablesIn);
  if ("not" in condition) return variablesIn(condition.not);
  const { variable, ...comparison } = condition;
  return [
    variable,
    ...Object.values(comparison)
      .flatMap((operand) => [operand].flat())
      .flatMap(named),
  ];
};

/** The expressions that a condition matches values with. */
export const patternsIn = (condition: Condition): string[] => {
  if ("all" in condition) return condition.all.flatMap(patternsIn);
  if ("any" in condition) return condition.any.flatMap(patternsIn);
  if ("not" in condition) return patternsIn(condition.not);
  return condition.matches === undefined ? [] : [condition.matches];
};
