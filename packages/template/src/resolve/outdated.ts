import type { DependencyLock } from "@nofx/contract-marketplace";
import { isStable } from "@nofx/versioning";
import { byPreference } from "./candidates.ts";
import { readRange } from "./dependency-range.ts";
import { type LockEntry, lockEntries } from "./lock.ts";
import type { Candidate, Known, Resource } from "./resource.ts";

/** How a locked version stands among those that there are now. */
export interface LockAge {
  readonly resource: Resource;
  readonly locked: string;
  /** The version that each range it was locked for admits and that is preferred now; undefined if there is none. */
  readonly wanted: string | undefined;
  /** The highest release, else the highest pre-release; undefined if none is active or deprecated. */
  readonly latest: string | undefined;
  readonly isDeprecated: boolean;
}

/** How old a lock is. */
export type LockComparison =
  | { readonly outcome: "compared"; readonly entries: readonly LockAge[] }
  /** These have to be looked up; then ask again. */
  | { readonly outcome: "unknown"; readonly resources: readonly Resource[] };

const ageOf = ({ resource, locked }: LockEntry, candidates: readonly Candidate[]): LockAge => {
  const choice = byPreference(candidates, "highest");
  const ranges = locked.requestedBy.map(({ range }) => readRange(range));
  const fits = ({ version }: Candidate) => ranges.every((range) => range?.includes(version));
  const latest = choice.find(({ version }) => isStable(version)) ?? choice[0];
  return {
    resource,
    locked: locked.version,
    wanted: choice.find(fits)?.version,
    latest: latest?.version,
    isDeprecated: candidates.some(({ version, status }) => version === locked.version && status === "deprecated"),
  };
};

/**
 * Holds each entry of a lock against what there is now, by itself: `wanted` need not be a solution together with the other
 * entries; what is one, only resolving anew can tell.
 */
export const outdated = (lock: DependencyLock, known: Known): LockComparison => {
  const looked = lockEntries(lock).map((entry) => ({ entry, versions: known(entry.resource) }));
  const unknown = looked.filter(({ versions }) => versions === undefined);
  if (unknown.length > 0) return { outcome: "unknown", resources: unknown.map(({ entry }) => entry.resource) };
  const entries = looked.map(({ entry, versions }) => ageOf(entry, Array.isArray(versions) ? versions : []));
  return { outcome: "compared", entries };
};
