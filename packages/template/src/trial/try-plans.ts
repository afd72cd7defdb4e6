import { isDeepStrictEqual } from "node:util";
import type { Difference } from "@nofx/contract-kit";
import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import { areExercised, fitsByForm } from "./same-plans.ts";
import { changedPlan, rangeDifferences, refusedPlan } from "./trial-differences.ts";
import { type TrialInput, trialInputs } from "./trial-inputs.ts";
import { type Allowance, trialPlan, trialSide } from "./trial-plan.ts";
import { trialScope } from "./trial-scope.ts";
import { type TriedVersion, triedVersion } from "./tried-version.ts";

/** What came of trying two versions with the same inputs. */
export interface PlanTrial {
  /** All plans are the same, and nothing that is another was left untried. */
  readonly areSame: boolean;
  /** What plans do otherwise, and what is refused that gave a plan; each once, with the first input that showed it. */
  readonly differences: readonly Difference[];
}

/** How much may be gone through, in characters of templates, values and plans: what it takes is known before. */
const charactersMax = 2 * 1024 * 1024;
/** Two versions that are larger together, as only many operations at once can bring, are judged by their documents. */
const largestMax = 4 * 1024 * 1024;
const toldMax = 100;

const subject = ({ path, severity }: Difference): string => `${severity} ${path}`;

const tried = (before: TriedVersion, after: TriedVersion): PlanTrial => {
  const scope = trialScope(before, after);
  const [left, right] = [trialSide(before, scope), trialSide(after, scope)];
  const allowance: Allowance = { left: charactersMax };
  const inputs = trialInputs(left, right, allowance);
  const found = new Map<string, Difference>();
  const used: TrialInput[] = [];
  for (const input of inputs) {
    if (allowance.left < 0) break;
    const was = trialPlan(left, input.environment, input.given, allowance);
    if ("obstacles" in was) continue;
    used.push(input);
    const is = trialPlan(right, input.environment, input.given, allowance);
    const differences = (): Difference[] => {
      if ("obstacles" in is) return refusedPlan(is.obstacles, input);
      return isDeepStrictEqual(was, is) || found.size >= toldMax ? [] : changedPlan(was, is, input);
    };
    for (const each of differences()) if (!found.has(subject(each))) found.set(subject(each), each);
  }
  const versions = [before, after] as const;
  const areSame = found.size === 0 && fitsByForm(versions, scope) && areExercised(versions, scope, used);
  return { areSame, differences: [...found.values(), ...rangeDifferences(before, after, scope)] };
};

/**
 * Renders two versions of a workflow with the same inputs, as far as they may differ, and compares what comes out. Inputs
 * are the least that must be given, what tests give, and values at the edges, in each environment that both have; agents
 * are taken as they are named. The same versions give the same answer. Undefined if they are no workflows.
 */
export const tryPlans = (before: TemplateVersionDocument, after: TemplateVersionDocument): PlanTrial | undefined => {
  if (JSON.stringify([before.content, after.content]).length > largestMax) return undefined;
  const [earlier, later] = [triedVersion(before), triedVersion(after)];
  return earlier && later && tried(earlier, later);
};
