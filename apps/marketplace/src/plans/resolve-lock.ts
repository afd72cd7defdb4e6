import type { ProblemItem } from "@nofx/contract-kit";
import type { DependencyLock } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import {
  adviceOn,
  lockDigest,
  type ResolvedEnvironment,
  requirementsOf,
  resolving,
  type Strategy,
  type VersionToPlan,
} from "@nofx/template";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { inTurns } from "./in-turns.ts";
import { conflictTold, deprecationWarnings, lockedResources } from "./lock.rules.ts";
import { type VersionsLookup, versionsLookup } from "./look-up-versions.ts";

/** What a version is resolved for. */
export interface ResolveOrder {
  readonly environment: ResolvedEnvironment | undefined;
  readonly strategy: Strategy;
}

/** A lock, and what there is to say about it. */
export interface ResolvedLock {
  readonly lock: DependencyLock;
  readonly digest: string;
  readonly warnings: ProblemItem[];
  /** Everybody may read of everything in it. */
  readonly isPublic: boolean;
}

/** Larger graphs are refused: each dependency costs memory, those of all versions together. */
const dependenciesMax = 500_000;

/** How much all searches for one request may look at, round by round and one after the other. */
const stepsMax = 8_000_000;

/** How much one search may look at: that of a graph of a thousand resources looks at a tenth of it. */
const searchStepsMax = 1_000_000;

const tooComplex = (detail: string) => problem("dependencies_too_complex", { detail });

/** Looks versions up, round by round, until nothing is missing. */
const settled = async (
  version: VersionToPlan,
  { environment, strategy }: ResolveOrder,
  lookup: VersionsLookup,
): Promise<DependencyLock> => {
  const requirements = requirementsOf(version, environment);
  for (;;) {
    const stepsLeft = Math.min(searchStepsMax, stepsMax - lookup.stepsTaken);
    const resolved = await inTurns(resolving({ requirements, strategy, known: lookup.known, stepsMax: stepsLeft }));
    lookup.stepsTaken += resolved.steps;
    if (resolved.outcome === "locked") return resolved.lock;
    if (resolved.outcome === "unsatisfiable") {
      const { conflict } = resolved;
      throw problem("dependencies_unsatisfiable", {
        detail: `${conflict.message.replace(/\.$/, "")}. ${adviceOn(conflict)}`,
        members: { conflict: conflictTold(conflict) },
      });
    }
    if (resolved.outcome === "too_complex") {
      const names = resolved.stuckOn.map(({ kind, tenant, id }) => `${kind} ${tenant}/${id}`);
      throw tooComplex(`Stuck on ${names.join(", ")}.`);
    }
    if (lookup.count() + resolved.resources.length > lookup.resourcesMax) {
      throw tooComplex(`More than ${lookup.resourcesMax} agents and templates would have to be looked at.`);
    }
    await lookup.fetch(resolved.resources);
    if (lookup.dependencyCount() > dependenciesMax) {
      throw tooComplex(`More than ${dependenciesMax} dependencies would have to be looked at.`);
    }
  }
};

/**
 * What a version's dependencies come to. A lookup may be shared by several calls for one request: then they all see the
 * same versions. @throws dependencies_unsatisfiable, dependencies_too_complex, dependency_unavailable
 */
export const resolveLock = async (
  deps: Deps,
  ctx: RequestContext,
  version: VersionToPlan,
  order: ResolveOrder,
  lookup = versionsLookup(deps, ctx),
): Promise<ResolvedLock> => {
  const lock = await settled(version, order, lookup);
  return {
    lock,
    digest: lockDigest(lock),
    warnings: deprecationWarnings(lock, lookup.known, lookup.isDeprecated),
    isPublic: lockedResources(lock).every(lookup.isPublic),
  };
};
