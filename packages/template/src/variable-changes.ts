import { isDeepStrictEqual } from "node:util";
import type { PlanChange } from "@nofx/contract-marketplace";
import type { Plan } from "./plan.ts";
import { valueChanges } from "./step-changes.ts";

type Variables = NonNullable<Plan["variables"]>;
type Variable = Variables[string];

const isRequired = ({ required }: Variable): boolean => required === true;

/** What a variable's values are held against; whether one must be given is told apart. */
const rulesOf = ({ required: _must, ...rules }: Variable): Variable => rules;

const withoutWords = ({ description: _words, ...rules }: Variable): Variable => rules;

const changesOf = (name: string, before: Variable, after: Variable): PlanChange[] => {
  const required: PlanChange[] =
    isRequired(before) === isRequired(after)
      ? []
      : [
          isRequired(after)
            ? {
                kind: "variable_required",
                name,
                affectsExecution: true,
                sentence: `Variable \`${name}\` is required now`,
              }
            : {
                kind: "variable_optional",
                name,
                affectsExecution: true,
                sentence: `Variable \`${name}\` is no longer required`,
              },
        ];
  const [was, is] = [rulesOf(before), rulesOf(after)];
  if (isDeepStrictEqual(was, is)) return required;
  const affectsExecution = !isDeepStrictEqual(withoutWords(was), withoutWords(is));
  const sentence = affectsExecution
    ? `Variable \`${name}\` has other rules or another default`
    : `Variable \`${name}\` is described otherwise`;
  return [...required, { kind: "variable_changed", name, before: was, after: is, affectsExecution, sentence }];
};

/** What is another about what callers give. */
export const variableChanges = (before: Variables = {}, after: Variables = {}): PlanChange[] =>
  valueChanges(before, after).flatMap((change): PlanChange[] => {
    const { name } = change;
    const [was, is] = [change.before, change.after] as [Variable | undefined, Variable | undefined];
    if (was !== undefined && is !== undefined) return changesOf(name, was, is);
    if (is === undefined) {
      const sentence = `Variable \`${name}\` is gone`;
      return [{ kind: "variable_removed", name, before: was, affectsExecution: true, sentence }];
    }
    const sentence = `Variable \`${name}\` is new${isRequired(is) ? " and required" : ""}`;
    return [{ kind: "variable_added", name, after: is, affectsExecution: true, sentence }];
  });
