import { TemplateEnvironments, type TemplateStep, type TestReport } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import {
  kindOf,
  type NamedResolution,
  type Rendering,
  type RenderOrder,
  type ResolvedEnvironment,
  resolveEnvironment,
  runTests,
  type Strategy,
} from "@nofx/template";
import type { Deps } from "../deps.ts";
import { lockedAgents } from "./lock.rules.ts";
import { type VersionsLookup, versionsLookup } from "./look-up-versions.ts";
import { renderPrompt } from "./render-prompt.rules.ts";
import type { VersionToPlan } from "./requirement.rules.ts";
import { resolveLock } from "./resolve-lock.ts";

/** A version with its digest, whether it is published or not. */
export interface TestedVersion extends VersionToPlan {
  readonly digest: string;
}

/** What became of the tests. */
export interface TestRun {
  readonly report: TestReport;
  /** Everybody may read of all agents that the tests ran with. */
  readonly isPublic: boolean;
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
): Promise<NamedResolution & { readonly isPublic: boolean }> => {
  const wanting = environmentsOf(version).filter(({ agents }) => Object.keys(agents).length > 0);
  const inEnvironments: [string, NamedResolution["agents"]][] = [];
  const own = await resolveLock(deps, ctx, version, { environment: undefined, strategy }, lookup);
  let { isPublic } = own;
  for (const environment of wanting) {
    const locked = await resolveLock(deps, ctx, version, { environment, strategy }, lookup);
    isPublic &&= locked.isPublic;
    inEnvironments.push([environment.name, lockedAgents(locked.lock, stepsOf(version), version.tenant)]);
  }
  const agents = lockedAgents(own.lock, stepsOf(version), version.tenant);
  return { name: strategy, agents, inEnvironments: new Map(inEnvironments), isPublic };
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
  const report = runTests({
    ...version,
    steps: stepsOf(version),
    resolutions: [highest, lowest],
    ...(isPrompt && { render: promptIn(version, environmentsOf(version)) }),
  });
  return { report, isPublic: highest.isPublic && lowest.isPublic };
};
