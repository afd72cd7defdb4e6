import { jsonPath, type ProblemItem } from "@nofx/contract-kit";
import type { DependencyLock } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import { checkingLock, lockDigest, meetsWants, type ResolvedEnvironment, requirementsOf } from "@nofx/template";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { inTurns } from "./in-turns.ts";
import { deprecationWarnings } from "./lock.rules.ts";
import { findLock } from "./lock.store.ts";
import { versionsLookup } from "./look-up-versions.ts";
import type { PlannedVersion } from "./planned-version.ts";
import { resolveLock } from "./resolve-lock.ts";

/** The lock that a plan's agents come from. */
export interface ChosenLock {
  readonly lock: DependencyLock;
  readonly digest: string;
  readonly from: "given" | "stored" | "resolved";
  readonly warnings: ProblemItem[];
}

/** A lock from outside, held against what there is. @throws lock_broken */
const checked = async (
  deps: Deps,
  ctx: RequestContext,
  version: PlannedVersion,
  environment: ResolvedEnvironment | undefined,
  lock: DependencyLock,
): Promise<ChosenLock> => {
  const requirements = requirementsOf(version, environment);
  const lookup = versionsLookup(deps, ctx);
  for (;;) {
    const verdict = await inTurns(checkingLock(lock, requirements, lookup.known));
    if (verdict.outcome === "unknown") {
      await lookup.fetch(verdict.resources);
    } else if (verdict.outcome === "broken") {
      const errors = verdict.problems.map(({ resource: { kind, tenant, id }, code, message }) => {
        return { path: jsonPath(["lock", `${kind}s`, `${tenant}/${id}`]), code, message };
      });
      throw problem("lock_broken", { errors });
    } else {
      const warnings = deprecationWarnings(lock, lookup.known, lookup.isDeprecated);
      return { lock, digest: lockDigest(lock), from: "given", warnings };
    }
  }
};

/** The lock that is kept for an environment, else the one for none in particular, as long as it holds what is asked for. */
const kept = async (
  deps: Deps,
  ctx: RequestContext,
  version: PlannedVersion,
  environment: ResolvedEnvironment | undefined,
): Promise<ChosenLock | undefined> => {
  const { templateId, version: number } = version.document;
  const requirements = requirementsOf(version, environment);
  for (const name of new Set([environment?.name, undefined])) {
    const address = { tenant: version.tenant, templateId, version: number, environment: name };
    const stored = await findLock(deps.db, ctx, address);
    if (!stored || !meetsWants(stored.lock, requirements)) continue;
    return { lock: stored.lock, digest: stored.digest, from: "stored", warnings: [] };
  }
  return undefined;
};

/**
 * The lock that is given, else one that is kept, else a new one. A kept lock was held against everything when it was made,
 * and plans of it need no registry; but what the environment asks for can have changed since, or be something else for this
 * caller: then it does not count.
 */
export const chooseLock = async (
  deps: Deps,
  ctx: RequestContext,
  version: PlannedVersion,
  environment: ResolvedEnvironment | undefined,
  given: DependencyLock | undefined,
): Promise<ChosenLock> => {
  if (given) return await checked(deps, ctx, version, environment, given);
  const stored = await kept(deps, ctx, version, environment);
  if (stored) return stored;
  const { lock, digest, warnings } = await resolveLock(deps, ctx, version, { environment, strategy: "highest" });
  return { lock, digest, from: "resolved", warnings };
};
