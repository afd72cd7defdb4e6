import type { RenderedPlan } from "@nofx/contract-marketplace";
import type { Plan } from "./plan.ts";

const named = (part: string, values: Readonly<Record<string, unknown>> = {}): [string, unknown][] =>
  Object.entries(values).map(([name, value]) => [`${part}.${name}`, value]);

/** A rendered plan as one that can be compared: values, channels and resources are settings, versions of agents ranges. */
export const comparablePlan = ({ goal, steps, request, ...plan }: RenderedPlan): Plan => {
  const nameOf = ({ tenant, agentId }: { tenant: string; agentId: string }): string => `${tenant}/${agentId}`;
  return {
    ...(goal !== undefined && { goal }),
    ...(request && { request }),
    steps: steps.map(({ agent, ...step }) => ({ ...step, agentId: nameOf(agent) })),
    agentRanges: Object.fromEntries(steps.map(({ agent }) => [nameOf(agent), agent.version])),
    settings: Object.fromEntries([
      ...named("variables", plan.variables),
      ...named("channels", plan.channels),
      ...named("resources", plan.resources),
    ]),
  };
};
