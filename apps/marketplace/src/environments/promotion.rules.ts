import type { ProblemItem } from "@nofx/contract-kit";
import type { DependencyLock, KeptEnvironment, PromotionDifference } from "@nofx/contract-marketplace";
import { comparablePlan, lockedPins, planDifference, type Rendering } from "@nofx/template";
import { keptChanges } from "./environment.rules.ts";

/** What runs in an environment, as far as that can be told. */
export interface RunningThere {
  readonly version: string;
  readonly kept: KeptEnvironment;
  /** None for a prompt, and where nothing can be resolved. */
  readonly lock?: DependencyLock | undefined;
  readonly rendering: Rendering;
}

/** A plan that there cannot be, and why. */
export const noPlan = (code: string, message: string): Rendering => ({
  ok: false,
  errors: [{ path: "$.environment", code, message }],
  warnings: [],
});

const nameParts = (name: string): { tenant: string; agentId: string } => {
  const at = name.indexOf("/");
  return { tenant: name.slice(0, at), agentId: name.slice(at + 1) };
};

/** The agents that run in another version, are new, or are gone, by name. */
const agentChanges = (
  before: DependencyLock | undefined,
  after: DependencyLock | undefined,
): PromotionDifference["agents"] => {
  const [was, is] = [before, after].map((lock) => new Map(Object.entries(lock ? lockedPins(lock) : {}))) as [
    Map<string, string>,
    Map<string, string>,
  ];
  return [...new Set([...was.keys(), ...is.keys()])]
    .sort()
    .filter((name) => was.get(name) !== is.get(name))
    .map((name) => {
      const [earlier, later] = [was.get(name), is.get(name)];
      return {
        ...nameParts(name),
        ...(earlier !== undefined && { before: earlier }),
        ...(later !== undefined && { after: later }),
      };
    });
};

const obstaclesIn = (rendering: Rendering): ProblemItem[] => (rendering.ok ? [] : [...rendering.errors]);

/** What a promotion makes another in the environment that it goes to. */
export const promotionDifference = (before: RunningThere, after: RunningThere): PromotionDifference => {
  const told = {
    version: { before: before.version, after: after.version },
    agents: agentChanges(before.lock, after.lock),
    fields: keptChanges(before.kept, after.kept),
  };
  const [was, is] = [before.rendering, after.rendering];
  if (was.ok && is.ok) return { ...told, plan: planDifference(comparablePlan(was.plan), comparablePlan(is.plan)) };
  const [earlier, later] = [obstaclesIn(was), obstaclesIn(is)];
  const obstacles = {
    ...(earlier.length > 0 && { before: earlier }),
    ...(later.length > 0 && { after: later }),
  };
  return { ...told, obstacles };
};
