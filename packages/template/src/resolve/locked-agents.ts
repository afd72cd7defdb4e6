import type { DependencyLock, PlannedAgent, TemplateStep } from "@nofx/contract-marketplace";
import { resourceNamed } from "./read-dependencies.ts";

/** The agents of a template's steps, by the names that steps have for them, as a lock has them. */
export const lockedAgents = (
  lock: DependencyLock,
  steps: readonly Pick<TemplateStep, "agentId">[],
  ownTenant: string,
): ReadonlyMap<string, PlannedAgent> =>
  new Map(
    steps.flatMap(({ agentId: name }): [string, PlannedAgent][] => {
      const resource = resourceNamed("agent", name, ownTenant);
      const locked = resource && lock.agents[`${resource.tenant}/${resource.id}`];
      if (!resource || !locked) return [];
      const { version, digest } = locked;
      return [[name, { tenant: resource.tenant, agentId: resource.id, version, digest }]];
    }),
  );
