import type { DependencyLock } from "@nofx/contract-marketplace";
import { HttpProblem, type RequestContext } from "@nofx/service-kit";
import { lockDigest, type Resource } from "@nofx/template";
import type { Deps } from "../deps.ts";
import type { KeptLock } from "../plans/lock.store.ts";
import type { VersionsLookup } from "../plans/look-up-versions.ts";
import { environmentNamed } from "../plans/planned-version.ts";
import type { VersionToPlan } from "../plans/requirement.rules.ts";
import { resolveLock } from "../plans/resolve-lock.ts";
import type { UpgradedLock } from "./freshness.rules.ts";
import { agentOf, isSameResource, type UpgradeTarget } from "./upgrade.rules.ts";

const heldVersion = (lock: DependencyLock | undefined, { kind, tenant, id }: Resource): string | undefined =>
  lock?.[`${kind}s`][`${tenant}/${id}`]?.version;

/** What there is, as if the target were the only version of its agent, and those of a lock the only ones of all else in it. */
export const narrowed = (lookup: VersionsLookup, target: UpgradeTarget, held?: DependencyLock): VersionsLookup => ({
  ...lookup,
  known: (resource) => {
    const versions = lookup.known(resource);
    if (versions === undefined || versions === "absent") return versions;
    const only = isSameResource(resource, agentOf(target)) ? target.to : heldVersion(held, resource);
    return only === undefined ? versions : versions.filter(({ version }) => version === only);
  },
});

/** The answer of the first attempt that can be satisfied. @throws what the last attempt throws */
export const firstSatisfiable = async <T>(
  lookups: readonly [VersionsLookup, ...VersionsLookup[]],
  attempt: (lookup: VersionsLookup) => Promise<T>,
): Promise<T> => {
  const [lookup, next, ...rest] = lookups;
  try {
    return await attempt(lookup);
  } catch (error) {
    if (!next || !(error instanceof HttpProblem) || error.code !== "dependencies_unsatisfiable") throw error;
    return await firstSatisfiable([next, ...rest], attempt);
  }
};

/**
 * Resolves a version anew with the target in its lock. What else the lock held stays, unless that cannot be: then it is what
 * its strategy prefers. @throws dependencies_unsatisfiable, dependencies_too_complex, dependency_unavailable
 */
export const resolveUpgrade = async (
  deps: Deps,
  ctx: RequestContext,
  version: VersionToPlan,
  { stored }: KeptLock,
  target: UpgradeTarget,
  lookup: VersionsLookup,
): Promise<UpgradedLock> => {
  const environment = environmentNamed(version.document, stored.environment);
  const order = { environment, strategy: stored.lock.strategy };
  const lookups = [narrowed(lookup, target, stored.lock), narrowed(lookup, target)] as const;
  const { lock } = await firstSatisfiable([...lookups], (each) => resolveLock(deps, ctx, version, order, each));
  return {
    ...(stored.environment !== undefined && { environment: stored.environment }),
    lock,
    digest: lockDigest(lock),
  };
};
