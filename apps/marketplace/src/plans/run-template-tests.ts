import type { TestReport } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import {
  inlineSteps,
  lockedAgents,
  type NamedResolution,
  runningTests,
  type Strategy,
  type TestedVersion,
  testOrderOf,
  usableEnvironments,
} from "@nofx/template";
import type { Deps } from "../deps.ts";
import { inTurns } from "./in-turns.ts";
import { type VersionsLookup, versionsLookup } from "./look-up-versions.ts";
import { type ResolvedLock, resolveLock } from "./resolve-lock.ts";

/** What became of the tests. */
export interface TestRun {
  readonly report: TestReport;
  /** Everybody may read of all agents that the tests ran with. */
  readonly isPublic: boolean;
  /** The highest versions that fit: of the template by itself first, then in each environment that wants others. */
  readonly locks: readonly LockFor[];
}

/** What dependencies come to, in an environment or in none in particular. */
export interface LockFor extends ResolvedLock {
  readonly environment: string | undefined;
}

const resolution = async (
  deps: Deps,
  ctx: RequestContext,
  version: TestedVersion,
  strategy: Strategy,
  lookup: VersionsLookup,
): Promise<NamedResolution & Pick<TestRun, "isPublic" | "locks">> => {
  const wanting = usableEnvironments(version).filter(({ agents }) => Object.keys(agents).length > 0);
  const locks: LockFor[] = [];
  for (const environment of [undefined, ...wanting]) {
    const resolved = await resolveLock(deps, ctx, version, { environment, strategy }, lookup);
    locks.push({ ...resolved, environment: environment?.name });
  }
  const [own, ...others] = locks.map(
    ({ environment, lock }) => [environment ?? "", lockedAgents(lock, inlineSteps(version), version.tenant)] as const,
  );
  const agents: NamedResolution["agents"] = own?.[1] ?? new Map();
  const isPublic = locks.every((locked) => locked.isPublic);
  return { name: strategy, agents, inEnvironments: new Map(others), isPublic, locks };
};

/**
 * Runs the tests of a version with the highest and with the lowest versions that fit, which are those of one moment.
 * @throws dependencies_unsatisfiable, dependencies_too_complex, dependency_unavailable
 */
export const runTemplateTests = async (
  deps: Deps,
  ctx: RequestContext,
  version: TestedVersion,
  lookup = versionsLookup(deps, ctx),
): Promise<TestRun> => {
  const highest = await resolution(deps, ctx, version, "highest", lookup);
  const lowest = await resolution(deps, ctx, version, "lowest", lookup);
  const report = await inTurns(runningTests(testOrderOf(version, [highest, lowest])));
  return { report, isPublic: highest.isPublic && lowest.isPublic, locks: highest.locks };
};
