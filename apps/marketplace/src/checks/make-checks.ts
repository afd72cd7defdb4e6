import type { Finding } from "@nofx/contract-kit";
import type { PublishChecks } from "@nofx/contract-marketplace";
import { HttpProblem, type RequestContext } from "@nofx/service-kit";
import type { TestedVersion } from "@nofx/template";
import type { Deps } from "../deps.ts";
import type { VersionsLookup } from "../plans/look-up-versions.ts";
import { runTemplateTests, type TestRun } from "../plans/run-template-tests.ts";
import { problem } from "../problem.ts";
import { failuresIn, failuresTold, forcedWarning, obstacleWarned, warned } from "./check.rules.ts";

/** What was found out about a version before it is released. */
export interface Checks {
  /** Undefined: the dependencies were not resolved, and no test was run. */
  readonly run: TestRun | undefined;
  readonly warnings: readonly Finding[];
  /** What would have prevented it, had nobody insisted. */
  readonly overridden?: HttpProblem | undefined;
}

/** How much a version is held against. */
export interface CheckOrder {
  readonly policy: PublishChecks;
  readonly force: boolean;
}

/** Of a version that nobody has looked at. */
export const noChecks: Checks = { run: undefined, warnings: [] };

const obstacles = new Set([
  "dependencies_unsatisfiable",
  "dependencies_too_complex",
  "dependency_unavailable",
] as const satisfies Parameters<typeof problem>[0][]);

/** What its agents and templates being out of use means for a version that wants them now. */
const deprecations = ({ locks }: TestRun): Finding[] =>
  (locks[0]?.warnings ?? []).map(({ code, message }) => warned({ path: "$.content.dependencies", code, message }));

const lookedAt = async (
  deps: Deps,
  ctx: RequestContext,
  version: TestedVersion,
  lookup: VersionsLookup,
): Promise<{ readonly run?: TestRun; readonly obstacle?: HttpProblem }> => {
  try {
    const run = await runTemplateTests(deps, ctx, version, lookup);
    const { report } = run;
    if (report.failed === 0) return { run };
    return { run, obstacle: problem("tests_failed", { detail: failuresTold(report), errors: failuresIn(report) }) };
  } catch (error) {
    if (error instanceof HttpProblem && (obstacles as ReadonlySet<string>).has(error.code)) return { obstacle: error };
    throw error;
  }
};

/**
 * Resolves a version's dependencies and runs its tests, as far as the tenant wants it.
 * @throws dependencies_unsatisfiable, dependencies_too_complex, dependency_unavailable, tests_failed
 */
export const makeChecks = async (
  deps: Deps,
  ctx: RequestContext,
  version: TestedVersion,
  { policy, force }: CheckOrder,
  lookup: VersionsLookup,
): Promise<Checks> => {
  if (policy === "off") return noChecks;
  const { run, obstacle } = await lookedAt(deps, ctx, version, lookup);
  const deprecated = run ? deprecations(run) : [];
  if (!obstacle) return { run, warnings: deprecated };
  if (policy === "warn") return { run, warnings: [...obstacleWarned(obstacle), ...deprecated] };
  if (!force) throw obstacle;
  const warnings = [forcedWarning(obstacle), ...obstacleWarned(obstacle), ...deprecated];
  return { run, warnings, overridden: obstacle };
};
