import type { DependencyLock } from "@nofx/contract-marketplace";
import { HttpProblem, type RequestContext } from "@nofx/service-kit";
import type { VersionToPlan } from "@nofx/template";
import { lockDigest, type Resource } from "@nofx/template";
import { isRecord } from "@nofx/versioning";
import type { Deps } from "../deps.ts";
import type { Kept } from "../environments/environment.rules.ts";
import type { KeptLock } from "../plans/lock.store.ts";
import type { VersionsLookup } from "../plans/look-up-versions.ts";
import { environmentNamed } from "../plans/planned-version.ts";
import { resolveLock } from "../plans/resolve-lock.ts";
import type { UpgradedLock } from "./freshness.rules.ts";
import { agentOf, isSameResource, type UpgradeTarget } from "./upgrade.rules.ts";

const keyOf = ({ kind, tenant, id }: Resource): string => `${kind} ${tenant}/${id}`;

const heldVersion = (lock: DependencyLock | undefined, { kind, tenant, id }: Resource): string | undefined =>
  lock?.[`${kind}s`][`${tenant}/${id}`]?.version;

const nothing: ReadonlySet<string> = new Set();

/**
 * What there is, as if the target were the only version of its agent, and those of a lock the only ones of all else in it,
 * but for what is freed of it.
 */
export const narrowed = (
  lookup: VersionsLookup,
  target: UpgradeTarget,
  held?: DependencyLock,
  freed = nothing,
): VersionsLookup => ({
  ...lookup,
  known: (resource) => {
    const versions = lookup.known(resource);
    if (versions === undefined || versions === "absent") return versions;
    const kept = freed.has(keyOf(resource)) ? undefined : heldVersion(held, resource);
    const only = isSameResource(resource, agentOf(target)) ? target.to : kept;
    return only === undefined ? versions : versions.filter(({ version }) => version === only);
  },
});

const isConflict = (error: unknown): error is HttpProblem =>
  error instanceof HttpProblem && error.code === "dependencies_unsatisfiable";

/** Every agent and template that a conflict names. */
const namedIn = (told: unknown): string[] => {
  if (Array.isArray(told)) return told.flatMap(namedIn);
  if (!isRecord(told)) return [];
  const { kind, tenant, id } = told;
  const own = (kind === "agent" || kind === "template") && typeof tenant === "string" && typeof id === "string";
  return [...(own ? [keyOf({ kind, tenant, id })] : []), ...Object.values(told).flatMap(namedIn)];
};

/** Frees of a lock, round by round, what stands against the rest; all of it, where that is not enough. */
const leastMoved = async <T>(
  lookup: VersionsLookup,
  target: UpgradeTarget,
  held: DependencyLock,
  attempt: (lookup: VersionsLookup) => Promise<T>,
): Promise<T> => {
  for (let freed = nothing; ; ) {
    try {
      return await attempt(narrowed(lookup, target, held, freed));
    } catch (error) {
      if (!isConflict(error)) throw error;
      const more = freed.union(new Set(namedIn(error.details.members)));
      if (more.size === freed.size) return await attempt(narrowed(lookup, target));
      freed = more;
    }
  }
};

/** The answer of the first attempt that can be satisfied. @throws what the last attempt throws */
export const firstSatisfiable = async <T>(
  lookups: readonly [VersionsLookup, ...VersionsLookup[]],
  attempt: (lookup: VersionsLookup) => Promise<T>,
): Promise<T> => {
  const [lookup, next, ...rest] = lookups;
  try {
    return await attempt(lookup);
  } catch (error) {
    if (!next || !isConflict(error)) throw error;
    return await firstSatisfiable([next, ...rest], attempt);
  }
};

/**
 * Resolves a version anew with the target in its lock. What else the lock held stays, but for what cannot: that becomes
 * what the lock's strategy prefers. @throws dependencies_unsatisfiable, dependencies_too_complex, dependency_unavailable
 */
export const resolveUpgrade = async (
  deps: Deps,
  ctx: RequestContext,
  version: VersionToPlan & { readonly kept: Kept },
  { stored }: KeptLock,
  target: UpgradeTarget,
  lookup: VersionsLookup,
): Promise<UpgradedLock> => {
  const environment = environmentNamed(version.document, stored.environment, version.kept);
  const order = { environment, strategy: stored.lock.strategy };
  const { lock } = await leastMoved(lookup, target, stored.lock, (each) =>
    resolveLock(deps, ctx, version, order, each),
  );
  return {
    ...(stored.environment !== undefined && { environment: stored.environment }),
    lock,
    digest: lockDigest(lock),
  };
};
