import { checkingLock, requirementsOf, type VersionToPlan } from "@nofx/template";
import type { Kept } from "../environments/environment.rules.ts";
import { inTurns } from "../plans/in-turns.ts";
import { lockedResources } from "../plans/lock.rules.ts";
import type { VersionsLookup } from "../plans/look-up-versions.ts";
import { environmentNamed, isKeptIn } from "../plans/planned-version.ts";
import type { UpgradedLock } from "./freshness.rules.ts";

/** A planned lock that still holds, and whether everybody may read of all that is in it. */
export interface HeldUpgrade extends UpgradedLock {
  readonly isPublic: boolean;
}

/** Holds planned locks against what there is now; undefined if one of them does not hold any more. @throws dependency_unavailable */
export const holdLocks = async (
  version: VersionToPlan & { readonly kept: Kept },
  locks: readonly UpgradedLock[],
  lookup: VersionsLookup,
): Promise<HeldUpgrade[] | undefined> => {
  const held: HeldUpgrade[] = [];
  for (const upgraded of locks) {
    const environment = environmentNamed(version.document, upgraded.environment, version.kept);
    const requirements = requirementsOf(version, environment);
    let verdict = await inTurns(checkingLock(upgraded.lock, requirements, lookup.known));
    while (verdict.outcome === "unknown") {
      await lookup.fetch(verdict.resources);
      verdict = await inTurns(checkingLock(upgraded.lock, requirements, lookup.known));
    }
    if (verdict.outcome === "broken") return undefined;
    const isPublic = !isKeptIn(version.kept, environment) && lockedResources(upgraded.lock).every(lookup.isPublic);
    held.push({ ...upgraded, isPublic });
  }
  return held;
};
