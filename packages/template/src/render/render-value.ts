import { jsonPath, type ProblemItem } from "@nofx/contract-kit";
import type { Path } from "@nofx/document";
import { expressionsIn, soleExpression } from "../expressions/expression.ts";
import { asText, FilterMismatch } from "../expressions/filter.ts";
import { stepOf } from "../reference.ts";
import { evaluate, type Scope } from "./scope.ts";

/** Evaluates an expression, and notes what stands against it. */
type Evaluate = (expression: Parameters<typeof evaluate>[1], path: Path) => unknown;

const noting =
  (scope: Scope, errors: ProblemItem[]): Evaluate =>
  (expression, path) => {
    try {
      return evaluate(scope, expression);
    } catch (error) {
      if (!(error instanceof FilterMismatch)) throw error;
      errors.push({ path: jsonPath(path), code: "filter_mismatch", message: error.message });
      return undefined;
    }
  };

/** A text with its variables put in. What a step will have given stays as it is: whoever runs the plan puts it in. */
const filledText = (text: string, path: Path, valueFor: Evaluate): string => {
  let filled = "";
  let end = 0;
  for (const expression of expressionsIn(text)) {
    const asItIs = text.slice(expression.start, expression.end);
    const isOutput = stepOf(expression.name) !== undefined;
    const value = isOutput ? asItIs : valueFor(expression, path);
    filled += text.slice(end, expression.start) + (value === undefined ? "" : asText(value));
    end = expression.end;
  }
  return filled + text.slice(end);
};

/**
 * A JSON value with its variables put in. A text that is nothing but an expression becomes the value, whatever its type;
 * without a value, a member of an object is left out, and one of a list is `null`.
 */
const filled = (value: unknown, path: Path, valueFor: Evaluate): unknown => {
  if (typeof value === "string") {
    const sole = soleExpression(value);
    return sole && stepOf(sole.name) === undefined ? valueFor(sole, path) : filledText(value, path, valueFor);
  }
  if (Array.isArray(value)) return value.map((member, index) => filled(member, [...path, index], valueFor) ?? null);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]) => [key, filled(member, [...path, key], valueFor)] as const)
      .filter(([, member]) => member !== undefined),
  );
};

/** Renders a value of a template. Problems are added to `errors`. @throws PlanTooLarge */
export const renderValue = (value: unknown, path: Path, scope: Scope, errors: ProblemItem[]): unknown =>
  filled(value, path, noting(scope, errors));
