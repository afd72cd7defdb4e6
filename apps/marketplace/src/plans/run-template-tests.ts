import { TemplateEnvironments, type TemplateStep, type TestReport } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import {
  kindOf,
  type NamedResolution,
  type Rendering,
  type RenderOrder,
  type ResolvedEnvironment,
  resolveEnvironment,
  runningTests,
  type Strategy,
} from "@nofx/template";
import type { Deps } from "../deps.ts";
import { inTurns } from "./in-turns.ts";
import { lockedAgents } from "./lock.rules.ts";
import { type VersionsLookup, versionsLookup } from "./look-up-versions.ts";
import { renderPrompt } from "./render-prompt.rules.ts";
import type { VersionToPlan } from "./requirement.rules.ts";
import { type ResolvedLock, resolveLock } from "./resolve-lock.ts";

/** A version with its digest, whether it is published or not. */
export interface TestedVersion extends VersionToPlan {
  readonly digest: string;
}

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

/** The environments that can be resolved; tests in others fail by themselves. */
const environmentsOf = ({ document }: VersionToPlan): ResolvedEnvironment[] => {
  const declared = TemplateEnvironments.safeParse(document.content.environments ?? {});
  if (!declared.success) return [];
  return Object.keys(declared.data).flatMap((name) => {
    const resolved = resolveEnvironment(declared.data, name);
    return resolved.ok ? [resolved.environment] : [];
  });
};

const stepsOf = ({ document }: VersionToPlan): TemplateStep[] => (document.content.steps ?? []) as TemplateStep[];

/** Prompts in the form of workflows, as far as tests go. */
const promptIn =
  (version: TestedVersion, environments: readonly ResolvedEnvironment[]) =>
  ({ environment: name, variables }: RenderOrder): Rendering => {
    const environment = environments.find((one) => one.name === name);
    if (name === undefined || environment) return renderPrompt({ ...version, environment, variables });
    const message = `There is no environment "${name}"`;
    return { ok: false, errors: [{ path: "$.environment", code: "environment_unknown", message }], warnings: [] };
  };

const resolution = async (
  deps: Deps,
  ctx: RequestContext,
  version: TestedVersion,
  strategy: Strategy,
  lookup: VersionsLookup,
): Promise<NamedResolution & Pick<TestRun, "isPublic" | "locks">> => {
  const wanting = environmentsOf(version).filter(({ agents }) => Object.keys(agents).length > 0);
  const locks: LockFor[] = [];
  for (const environment of [undefined, ...wanting]) {
    const resolved = await resolveLock(deps, ctx, version, { environment, strategy }, lookup);
    locks.push({ ...resolved, environment: environment?.name });
  }
  const [own, ...others] = locks.map(
    ({ environment, lock }) => [environment ?? "", lockedAgents(lock, stepsOf(version), version.tenant)] as const,
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
  const isPrompt = kindOf(version.document.content) === "prompt";
  const tests = runningTests({
    ...version,
    steps: stepsOf(version),
    resolutions: [highest, lowest],
    ...(isPrompt && { render: promptIn(version, environmentsOf(version)) }),
  });
  const report = await inTurns(tests);
  return { report, isPublic: highest.isPublic && lowest.isPublic, locks: highest.locks };
};
