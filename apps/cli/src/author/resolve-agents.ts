import type { DependencyLock } from "@nofx/contract-marketplace";
import {
  adviceOn,
  inlineSteps,
  lockedAgents,
  type NamedResolution,
  type ResolvedEnvironment,
  requirementsOf,
  resolveDependencies,
  type Strategy,
  type TestedVersion,
  usableEnvironments,
} from "@nofx/template";
import { CliFailure, localFailure } from "../failure.ts";
import type { KnownVersions } from "./known-versions.ts";

/** One version of everything that a template depends on. @throws CliFailure that says what does not fit */
export const resolveTemplateLock = async (
  version: TestedVersion,
  environment: ResolvedEnvironment | undefined,
  strategy: Strategy,
  { known, fetch, isOffline }: KnownVersions,
): Promise<DependencyLock> => {
  const requirements = requirementsOf(version, environment);
  for (;;) {
    const resolved = resolveDependencies({ requirements, strategy, known });
    if (resolved.outcome === "locked") return resolved.lock;
    if (resolved.outcome === "unknown") {
      await fetch(resolved.resources);
      continue;
    }
    if (resolved.outcome === "too_complex") {
      const names = resolved.stuckOn.map(({ kind, id }) => `${kind} ${id}`).join(", ");
      throw localFailure("dependencies_too_complex", `The dependencies are too complex: stuck on ${names}`);
    }
    const { conflict } = resolved;
    const elsewhere = isOffline ? " Only what lies in this repository is known offline." : "";
    const [code, next] = ["dependencies_unsatisfiable", `${adviceOn(conflict)}${elsewhere}`];
    throw new CliFailure({ exitCode: 1, code, message: conflict.message, next }, { cause: conflict });
  }
};

/** Which agents tests run with: by themselves, and in environments that want others. */
export const resolveForTests = async (
  version: TestedVersion,
  strategy: Strategy,
  versions: KnownVersions,
): Promise<NamedResolution> => {
  const agentsIn = async (environment: ResolvedEnvironment | undefined) =>
    lockedAgents(
      await resolveTemplateLock(version, environment, strategy, versions),
      inlineSteps(version),
      version.tenant,
    );
  const agents = await agentsIn(undefined);
  const inEnvironments = new Map<string, NamedResolution["agents"]>();
  for (const environment of usableEnvironments(version)) {
    if (Object.keys(environment.agents).length > 0) {
      inEnvironments.set(environment.name, await agentsIn(environment));
    }
  }
  return { name: strategy, agents, inEnvironments };
};
