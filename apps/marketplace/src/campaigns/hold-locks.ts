import { checkLock } from "@nofx/template";
import { lockedResources } from "../plans/lock.rules.ts";
import type { VersionsLookup } from "../plans/look-up-versions.ts";
import { environmentNamed } from "../plans/planned-version.ts";
import { requirementsOf, type VersionToPlan } from "../plans/requirement.rules.ts";
import type { UpgradedLock } from "./freshness.rules.ts";

/** A planned lock that still holds, and whether everybody may read of all that is in it. */
export interface HeldUpgrade extends UpgradedLock {
  readonly isPublic: boolean;
}

/** Holds planned locks against what there is now; undefined if one of them does not hold any more. @throws dependency_unavailable */
export const holdLocks = async (
  version: VersionToPlan,
  locks: readonly UpgradedLock[],
  lookup: VersionsLookup,
): Promise<HeldUpgrade[] | undefined> => {
  const held: HeldUpgrade[] = [];
  for (const upgraded of locks) {
    const requirements = requirementsOf(version, environmentNamed(version.document, upgraded.environment));
    let verdict = checkLock(upgraded.lock, requirements, lookup.known);
    while (verdict.outcome === "unknown") {
      await lookup.fetch(verdict.resources);
      verdict = checkLock(upgraded.lock, requirements, lookup.known);
    }
    if (verdict.outcome === "broken") return undefined;
    held.push({ ...upgraded, isPublic: lockedResources(upgraded.lock).every(lookup.isPublic) });
  }
  return held;
};
