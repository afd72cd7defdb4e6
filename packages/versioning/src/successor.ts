import type { VersionStatus, Visibility } from "@nofx/contract-kit";
import type { ResourceStatus } from "./status.ts";

/** Whether the way from `start` along successors comes past `goal`. */
const leadsTo = (start: string, goal: string, successors: ReadonlyMap<string, string>): boolean => {
  const passed = new Set<string>();
  let next: string | undefined = start;
  while (next !== undefined && !passed.has(next)) {
    if (next === goal) return true;
    passed.add(next);
    next = successors.get(next);
  }
  return false;
};

/** Why a version cannot be named as another one's successor; undefined if it can. */
export const versionSuccessorObstacle = (
  version: string,
  successor: string,
  found: { readonly version: string; readonly status: VersionStatus } | undefined,
  successors: ReadonlyMap<string, string>,
): string | undefined => {
  if (successor === version) return `${version} cannot succeed itself.`;
  if (found?.version !== successor) return `There is no version ${successor}.`;
  if (found.status === "draft" || found.status === "archived") {
    return `${successor} is ${found.status === "draft" ? "a draft" : "archived"}.`;
  }
  return leadsTo(successor, version, successors) ? `${successor} leads back to ${version}.` : undefined;
};

/** A resource that is to be succeeded by another one; both are named with their tenants, `acme/review`. */
export interface Succession {
  /** What such resources are called: `agent`. */
  readonly kind: string;
  readonly resource: { readonly name: string; readonly visibility: Visibility };
  readonly successor: string;
  /** The successor as the caller sees it. */
  readonly found: { readonly status: ResourceStatus; readonly visibility: Visibility } | undefined;
  /** Where the successor's own successors lead. */
  readonly beyond: readonly string[];
}

/** Why a resource cannot be named as another one's successor; undefined if it can. */
export const resourceSuccessorObstacle = (succession: Succession): string | undefined => {
  const { kind, resource, successor, found, beyond } = succession;
  const self = resource.name;
  if (self === successor) return `${self} cannot succeed itself.`;
  if (!found) return `There is no ${kind} ${successor}, or it is not visible to you.`;
  if (found.status === "disabled") return `${successor} is disabled.`;
  if (resource.visibility === "public" && found.visibility !== "public") {
    return `${self} is public and ${successor} is not: its readers could not follow.`;
  }
  return beyond.includes(self) ? `${successor} leads back to ${self}.` : undefined;
};
