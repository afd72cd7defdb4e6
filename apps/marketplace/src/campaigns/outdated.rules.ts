import type { DependencyLock, OutdatedAgent } from "@nofx/contract-marketplace";
import { type Known, type LockAge, outdated, type Resource } from "@nofx/template";
import { precedenceKey } from "@nofx/versioning";

/** What is known of agents. */
export interface KnownAgents {
  readonly known: Known;
  readonly isDeprecated: (resource: Resource) => boolean;
}

/** The agents of a lock, and nothing else of it. */
const agentsOnly = (lock: DependencyLock): DependencyLock => ({ ...lock, templates: {} });

const isLater = (version: string | undefined, locked: string): boolean =>
  version !== undefined && precedenceKey(version) > precedenceKey(locked);

const reasonsOf = ({ resource, locked, wanted, latest, isDeprecated }: LockAge, agents: KnownAgents) => {
  const versions = agents.known(resource);
  const isThere = Array.isArray(versions) && versions.some(({ version }) => version === locked);
  const found: [OutdatedAgent["reasons"][number], boolean][] = [
    ["outdated", isLater(wanted, locked) || isLater(latest, locked)],
    ["deprecated", isThere && (isDeprecated || agents.isDeprecated(resource))],
    ["gone", !isThere],
  ];
  return found.flatMap(([reason, applies]) => (applies ? [reason] : []));
};

/** The agents that have to be looked up for a lock. */
export const unknownAgents = (lock: DependencyLock, known: Known): readonly Resource[] => {
  const compared = outdated(agentsOnly(lock), known);
  return compared.outcome === "unknown" ? compared.resources : [];
};

/** The agents of a lock, all of them looked up, for which there is a reason to upgrade. */
export const outdatedAgents = (
  lock: DependencyLock,
  environment: string | undefined,
  agents: KnownAgents,
): OutdatedAgent[] => {
  const compared = outdated(agentsOnly(lock), agents.known);
  const ages = compared.outcome === "compared" ? compared.entries : [];
  return ages.flatMap((age) => {
    const reasons = reasonsOf(age, agents);
    if (reasons.length === 0) return [];
    const { resource, locked, wanted, latest } = age;
    return [
      {
        agent: { tenant: resource.tenant, agentId: resource.id },
        ...(environment !== undefined && { environment }),
        locked,
        ...(wanted !== undefined && { wanted }),
        ...(latest !== undefined && { latest }),
        reasons,
      },
    ];
  });
};
