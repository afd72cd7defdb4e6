import { jsonPath, type ProblemItem } from "@nofx/contract-kit";
import type { DependencyLock, PlannedAgent, TemplateStep } from "@nofx/contract-marketplace";
import { type Clash, type Conflict, type Known, type Resource, resourceNamed, type Want } from "@nofx/template";

/** A resource that is locked. */
export interface LockedResource extends Resource {
  readonly version: string;
}

const named = (kind: Resource["kind"], name: string, version: string): LockedResource => {
  const at = name.indexOf("/");
  return { kind, tenant: name.slice(0, at), id: name.slice(at + 1), version };
};

/** Everything that a lock holds, agents first. */
export const lockedResources = ({ agents, templates }: DependencyLock): LockedResource[] => [
  ...Object.entries(agents).map(([name, { version }]) => named("agent", name, version)),
  ...Object.entries(templates).map(([name, { version }]) => named("template", name, version)),
];

/** What a lock holds and nobody should build on any more. */
export const deprecationWarnings = (
  lock: DependencyLock,
  known: Known,
  isDeprecated: (resource: Resource) => boolean,
): ProblemItem[] =>
  lockedResources(lock).flatMap((resource) => {
    const { kind, tenant, id, version } = resource;
    const versions = known(resource);
    const held = Array.isArray(versions) ? versions.find((one) => one.version === version) : undefined;
    if (held?.status !== "deprecated" && !isDeprecated(resource)) return [];
    const name = `${tenant}/${id}`;
    const path = jsonPath(["lock", `${kind}s`, name]);
    return [{ path, code: "deprecated", message: `${kind} ${name} ${version} is deprecated` }];
  });

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

const wantTold = ({ resource, range, by, path }: Want) => ({ resource, range, by, path });

const clashTold = ({ code, resource, wanted, available, cycle, message }: Clash) => ({
  code,
  resource,
  message,
  wanted: wanted.map(wantTold),
  available,
  cycle,
});

/** What helps against a conflict. */
export const adviceOn = ({ code, resource: { kind, tenant, id } }: Pick<Conflict, "code" | "resource">): string => {
  const name = `${kind} ${tenant}/${id}`;
  switch (code) {
    case "absent":
      return `Publish ${name} first, or correct the name; what another tenant has must be public.`;
    case "no_versions":
      return `Release a version of ${name}: there are none but drafts and archived ones.`;
    case "range_invalid":
      return "Correct the range.";
    case "cycle":
      return "Take one of these templates out of the one before it.";
    case "unfit":
      return "Widen one of the ranges, or publish a version that fits them all.";
  }
};

/** A conflict as problems tell it. */
export const conflictTold = (conflict: Conflict) => ({
  ...clashTold(conflict),
  others: conflict.others.map(clashTold),
  because: conflict.because.map(wantTold),
});
