import { type Difference, jsonPath } from "@nofx/contract-kit";
import type { PlanChange } from "@nofx/contract-marketplace";
import { judgeRange, pathLiteral, type Severity } from "@nofx/versioning";
import { textOrNone } from "../expressions/filter.ts";
import type { Plan } from "../plan.ts";
import { planDifference } from "../plan-difference.ts";
import type { TrialInput } from "./trial-inputs.ts";
import type { Obstacle, TrialPlan } from "./trial-plan.ts";
import type { TrialScope } from "./trial-scope.ts";
import { environmentOf, goalId, type TriedVersion } from "./tried-version.ts";

/** A plan that came out. */
export type FilledPlan = Exclude<TrialPlan, { readonly obstacles: unknown }>;

const place = (environment: string | undefined): string =>
  environment === undefined ? "where no environment is chosen" : `in environment \`${environment}\``;

const stepPath = (step: string, ...names: readonly string[]): string =>
  `$.content.steps[?@.id==${pathLiteral(step)}]${jsonPath(names).slice(1)}`;

/** What a change of a rendered plan demands. */
const severityOf = ({ kind, affectsExecution }: PlanChange): Severity => {
  if (["step_removed", "step_replaced", "step_renamed", "kind_changed"].includes(kind)) return "major";
  return affectsExecution ? "minor" : "patch";
};

const pathOf = ({ kind, step, name = "" }: PlanChange): string => {
  if (kind === "goal_changed") return "$.content.goal";
  return kind === "setting_changed" ? jsonPath(["content", "variables", name]) : stepPath(step ?? "", "inputs", name);
};

const sentenceOf = ({ kind, name, sentence }: PlanChange): string =>
  kind === "setting_changed" ? `The plan shows another value of variable \`${name}\`` : sentence;

/** A plan as it is compared: values of variables that no step uses are told as settings. */
const planOf = ({ texts, values }: FilledPlan): Plan => ({
  goal: textOrNone(texts.get(goalId)),
  steps: [...texts]
    .filter(([id]) => id !== goalId)
    .map(([id, inputs]) => ({ id, agentId: id, inputs: inputs as Record<string, unknown>, dependsOn: [] })),
  settings: values,
});

/** What two plans from the same input do otherwise. */
export const changedPlan = (before: FilledPlan, after: FilledPlan, { environment, origin }: TrialInput): Difference[] =>
  planDifference(planOf(before), planOf(after)).changes.map((change) => ({
    path: pathOf(change),
    severity: severityOf(change),
    reason: `${sentenceOf(change)} ${place(environment)}, ${origin}`,
  }));

const obstaclePath = ({ variable, step }: Obstacle): string => {
  if (variable !== undefined) return jsonPath(["content", "variables", variable]);
  return step === undefined ? "$.content" : stepPath(step, "inputs");
};

const obstacleName = ({ variable, step, code }: Obstacle): string => {
  if (variable !== undefined) return `variable \`${variable}\` (${code})`;
  return step === undefined ? code : `step \`${step}\` (${code})`;
};

/** What an input met that had given a plan before. */
export const refusedPlan = (obstacles: readonly Obstacle[], { environment, origin }: TrialInput): Difference[] =>
  obstacles.slice(0, 3).map((obstacle) => ({
    path: obstaclePath(obstacle),
    severity: "major",
    reason: `What gave a plan is refused ${place(environment)}, ${origin}: ${obstacleName(obstacle)}`,
  }));

/** Agents whose range leaves its major version in an environment, by whatever that environment extends. */
export const rangeDifferences = (before: TriedVersion, after: TriedVersion, scope: TrialScope): Difference[] =>
  scope.environments.flatMap((environment) => {
    if (environment === undefined) return [];
    const [was = {}, is = {}] = [before, after].map((version) => environmentOf(version, environment)?.agents);
    return Object.keys(was)
      .filter((agent) => Object.hasOwn(is, agent) && was[agent] !== is[agent])
      .flatMap((agent) => {
        const [severity, sentence] = judgeRange(was[agent], is[agent]);
        if (severity !== "major") return [];
        const reason = `${sentence.replaceAll("{}", () => agent)}, ${place(environment)}`;
        return [{ path: jsonPath(["content", "environments", environment, "agents", agent]), severity, reason }];
      });
  });
