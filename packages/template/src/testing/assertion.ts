import { canonicalForm } from "@nofx/canonical";
import type { PlanAssertion } from "@nofx/contract-marketplace";
import { charge, metered, TooMuchToCheck } from "../variables/check-meter.ts";
import { compilePattern } from "../variables/pattern.ts";
import { isSameValue } from "../variables/same-value.ts";
import { pathObstacle, valuesAt } from "./plan-path.ts";

const shownCharactersMax = 200;

/** A value for people to read, not longer than a line or two. */
const shown = (value: unknown): string => {
  const text = canonicalForm(value);
  return text.length > shownCharactersMax ? `${text.slice(0, shownCharactersMax)}…` : text;
};

const includes = (found: unknown, wanted: unknown): boolean => {
  if (isSameValue(found, wanted)) return true;
  if (typeof found === "string" && typeof wanted === "string") return found.includes(wanted);
  return Array.isArray(found) && found.some((member) => isSameValue(member, wanted));
};

type Found = readonly unknown[];

const fitAll = (found: Found, pattern: string): boolean => {
  const expression = compilePattern(pattern);
  return found.length > 0 && found.every((one) => typeof one === "string" && expression.test(one));
};

/** What is expected, and whether it is so. */
const judge = ({ exists, count, matches, ...other }: PlanAssertion, found: Found): readonly [string, boolean] => {
  if (exists !== undefined) return [exists ? "something" : "nothing", found.length > 0 === exists];
  if (count !== undefined) return [`${count} of them`, found.length === count];
  if (matches !== undefined) return [`texts that fit ${matches}`, fitAll(found, matches)];
  if (other.includes !== undefined) {
    return [`${shown(other.includes)} among it`, found.some((one) => includes(one, other.includes))];
  }
  return [shown(other.equals), found.length > 0 && found.every((one) => isSameValue(one, other.equals))];
};

/** Why an assertion does not hold for a plan; undefined if it does. */
export const assertionFailure = (assertion: PlanAssertion, plan: unknown): string | undefined => {
  const obstacle = pathObstacle(assertion.path);
  if (obstacle !== undefined) return obstacle;
  try {
    const found = valuesAt(plan, assertion.path);
    charge(found.length);
    const [expected, holds] = metered(() => judge(assertion, found));
    if (holds) return undefined;
    const instead = found.length === 0 ? "nothing" : found.slice(0, 3).map(shown).join(", ");
    return `expected ${expected}, found ${instead}${found.length > 3 ? ` and ${found.length - 3} more` : ""}`;
  } catch (error) {
    // The expression was not checked when the template was published.
    if (error instanceof RangeError) return `Not an expression of RE2: ${error.message}`;
    if (error instanceof TooMuchToCheck) return error.message;
    throw error;
  }
};
