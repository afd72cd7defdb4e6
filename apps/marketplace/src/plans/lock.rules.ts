import { jsonPath, type ProblemItem } from "@nofx/contract-kit";
import type { DependencyLock } from "@nofx/contract-marketplace";
import type { Clash, Conflict, Known, Resource, Want } from "@nofx/template";

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

const wantTold = ({ resource, range, by, path }: Want) => ({ resource, range, by, path });

const clashTold = ({ code, resource, wanted, available, cycle, message }: Clash) => ({
  code,
  resource,
  message,
  wanted: wanted.map(wantTold),
  available,
  cycle,
});

/** A conflict as problems tell it. */
export const conflictTold = (conflict: Conflict) => ({
  ...clashTold(conflict),
  others: conflict.others.map(clashTold),
  because: conflict.because.map(wantTold),
});
