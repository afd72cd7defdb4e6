import type { DependencyLock, LockedVersion, TemplateEnvironments } from "@nofx/contract-marketplace";
import { askerName, compareTexts } from "../resolve/resource.ts";
import { resolveEnvironment } from "./environment.ts";

/** Agent → the exact version that a lock holds. */
export const lockedPins = ({ agents }: DependencyLock): Record<string, string> =>
  Object.fromEntries(Object.entries(agents).map(([name, { version }]) => [name, version]));

/**
 * The agents that an environment must keep so that it asks for exactly the given ones: what is declared and what it
 * extends ask for besides is taken away.
 */
export const pinnedAgents = (
  declared: TemplateEnvironments,
  kept: TemplateEnvironments,
  name: string,
  pins: Readonly<Record<string, string>>,
): Record<string, string | null> => {
  const { agents: _own, ...rest } = kept[name] ?? {};
  const resolved = resolveEnvironment(declared, name, { ...kept, [name]: rest });
  const inherited = resolved.ok ? Object.keys(resolved.environment.agents) : [];
  return { ...Object.fromEntries(inherited.map((agent) => [agent, null])), ...pins };
};

const askedBy = ({ requestedBy, ...locked }: LockedVersion, from: string, to: string): LockedVersion => ({
  ...locked,
  requestedBy: [...requestedBy.filter(({ by }) => by !== from), { by: to, range: locked.version }].sort(
    (left, right) => compareTexts(left.by, right.by) || compareTexts(left.range, right.range),
  ),
});

/** A lock of one environment as that of another, which pins exactly its agents: the same versions of everything. */
export const lockForEnvironment = (lock: DependencyLock, from: string, to: string): DependencyLock => {
  const [source, target] = [from, to].map((name) => askerName({ kind: "environment", name })) as [string, string];
  const agents = Object.entries(lock.agents).map(([name, locked]) => [name, askedBy(locked, source, target)] as const);
  return { ...lock, agents: Object.fromEntries(agents) };
};
