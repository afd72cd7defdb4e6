import { isDeepStrictEqual } from "node:util";
import { canonicalForm } from "@nofx/canonical";
import { type Difference, jsonPath } from "@nofx/contract-kit";
import type { TemplateVariable } from "@nofx/contract-marketplace";
import type { Severity } from "@nofx/versioning";
import { variablesIn } from "./condition.ts";
import type { Declared } from "./declared.ts";

type Rules = NonNullable<TemplateVariable["rules"]>;

const conditionsOf = (rules: Rules): ReadonlySet<string> => new Set(rules.map(({ holds }) => canonicalForm(holds)));

const ruleVerdict = (name: string, before: Rules, after: Rules): readonly [Severity, string] => {
  const [was, is] = [conditionsOf(before), conditionsOf(after)];
  const [added, removed] = [is.difference(was).size, was.difference(is).size];
  if (added > 0 && removed > 0) return ["major", `Variable \`${name}\` takes other values: it is held to other rules`];
  if (added > 0) return ["major", `Variable \`${name}\` takes fewer values: it is held to more rules`];
  if (removed > 0) return ["minor", `Variable \`${name}\` takes more values: it is held to fewer rules`];
  return ["patch", `The rules of variable \`${name}\` are put otherwise`];
};

/** Nobody is refused if the variable is there always, provided that none has to give it and nothing is held against it. */
const whenVerdict = (name: string, after: TemplateVariable, mayBeLeftOut: boolean): readonly [Severity, string] => {
  if (after.when !== undefined)
    return ["major", `Variable \`${name}\` is there on another condition: values that counted may be passed over`];
  if (mayBeLeftOut && after.default === undefined && !after.rules?.length)
    return ["minor", `Variable \`${name}\` is there always, and on no condition`];
  return ["major", `Variable \`${name}\` is there always: callers that it did not concern may be refused`];
};

/** What is another about the conditions of a variable that both versions have. */
export const conditionDifferences = (
  name: string,
  path: string,
  before: TemplateVariable,
  after: TemplateVariable,
  mayBeLeftOut: boolean,
): Difference[] => {
  const told = (key: "when" | "rules", [severity, reason]: readonly [Severity, string]): Difference => ({
    path: path + jsonPath([key]).slice(1),
    ...(before[key] !== undefined && { before: before[key] }),
    ...(after[key] !== undefined && { after: after[key] }),
    severity,
    reason,
  });
  return [
    ...(isDeepStrictEqual(before.when, after.when) ? [] : [told("when", whenVerdict(name, after, mayBeLeftOut))]),
    ...(isDeepStrictEqual(before.rules, after.rules)
      ? []
      : [told("rules", ruleVerdict(name, before.rules ?? [], after.rules ?? []))]),
  ];
};

/** The variables on whose values, for their own rules too, it may depend that others are taken. */
export const judgedByConditions = (declared: Declared): ReadonlySet<string> =>
  new Set(
    Object.entries(declared).flatMap(([name, { required, rules = [], when }]) => {
      const mayRefuse = required === true || rules.length > 0;
      const looksAt = [...rules.map(({ holds }) => holds), ...(mayRefuse && when ? [when] : [])].flatMap(variablesIn);
      return rules.length > 0 ? [name, ...looksAt] : looksAt;
    }),
  );
