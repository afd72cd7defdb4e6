import type { AgentSummary, AgentVersionSummary, Channel } from "@nofx/contract-registry";

/** A new status with everything that belongs to it; what is undefined is cleared. */
export interface StatusChange<Status, Successor> {
  readonly status: Status;
  readonly reason: string | undefined;
  readonly deprecatedAt: Date | undefined;
  readonly successor: Successor | undefined;
}

export type StatusVerdict<Status, Successor> =
  | { readonly outcome: "changed"; readonly change: StatusChange<Status, Successor> }
  | { readonly outcome: "unchanged" }
  | { readonly outcome: "refused"; readonly detail: string };

type AgentStatus = AgentSummary["status"];
type AgentSuccessor = NonNullable<AgentSummary["successor"]>;
type VersionStatus = AgentVersionSummary["status"];

interface Standing<Status, Successor> {
  readonly status: Status;
  readonly statusReason?: string | undefined;
  readonly deprecatedAt?: string | undefined;
  readonly successor?: Successor | undefined;
}

interface Order<Status, Successor> {
  readonly status: Status;
  readonly reason: string;
  readonly successor?: Successor | undefined;
}

/** What may follow each status of a version. A draft is released or stays one: nobody else has seen it. */
const versionTransitions: Readonly<Record<VersionStatus, readonly VersionStatus[]>> = {
  draft: ["active"],
  active: ["deprecated", "archived"],
  deprecated: ["active", "archived"],
  archived: ["active"],
};

/**
 * `active` needs no reason afterwards: the audit log has it. A deprecation that is amended keeps its date, and the same
 * order again is no change.
 */
const changeOf = <Status extends string, Successor>(
  before: Standing<Status, Successor>,
  order: Order<Status, Successor>,
  at: Date,
  isSame: (one: Successor | undefined, other: Successor | undefined) => boolean,
): StatusVerdict<Status, Successor> => {
  const { status, reason, successor } = order;
  const isAmended = before.statusReason !== reason || !isSame(before.successor, successor);
  if (before.status === status && (status === "active" || !isAmended)) return { outcome: "unchanged" };
  const since = before.deprecatedAt === undefined ? at : new Date(before.deprecatedAt);
  return {
    outcome: "changed",
    change: {
      status,
      reason: status === "active" ? undefined : reason,
      deprecatedAt: status === "deprecated" ? since : undefined,
      successor,
    },
  };
};

/** Any status of an agent may follow any other: disabling must take one call, and so must taking it back. */
export const judgeAgentStatus = (
  before: Standing<AgentStatus, AgentSuccessor>,
  order: Order<AgentStatus, AgentSuccessor>,
  at: Date,
): StatusVerdict<AgentStatus, AgentSuccessor> =>
  changeOf(before, order, at, (one, other) => one?.tenant === other?.tenant && one?.agentId === other?.agentId);

export const judgeVersionStatus = (
  before: Standing<VersionStatus, string> & { readonly version: string },
  order: Order<VersionStatus, string>,
  at: Date,
): StatusVerdict<VersionStatus, string> => {
  const next = versionTransitions[before.status];
  if (before.status !== order.status && !next.includes(order.status)) {
    const detail = `${before.version} is ${before.status}; from there it can become ${next.join(" or ")}, not ${order.status}.`;
    return { outcome: "refused", detail };
  }
  return changeOf(before, order, at, (one, other) => one === other);
};

/** What holds a version and keeps it from being archived; undefined if nothing does. */
export const archiveObstacle = (
  version: string,
  held: {
    readonly current: string;
    readonly channels: readonly Channel[];
    readonly successors: ReadonlyMap<string, string>;
  },
): string | undefined => {
  const channels = held.channels.filter((channel) => channel.version === version).map(({ channel }) => channel);
  const replaced = [...held.successors].filter(([, successor]) => successor === version).map(([of]) => of);
  const uses = [
    ...(held.current === version ? ["it is the current version"] : []),
    ...(channels.length > 0 ? [`channels point at it: ${channels.join(", ")}`] : []),
    ...(replaced.length > 0 ? [`it is the successor of ${replaced.join(", ")}`] : []),
  ];
  return uses.length > 0 ? `${version} cannot be archived: ${uses.join("; ")}.` : undefined;
};

/** Whether the way from `start` along successors comes past `goal`. */
const leadsTo = (start: string, goal: string, successors: ReadonlyMap<string, string>): boolean => {
  const passed = new Set<string>();
  let next: string | undefined = start;
  while (next !== undefined && !passed.has(next)) {
    if (next === goal) return true;
    passed.add(next);
    next = successors.get(next);
  }
  return false;
};

/** Why a version cannot be named as another one's successor; undefined if it can. */
export const versionSuccessorObstacle = (
  version: string,
  successor: string,
  found: Pick<AgentVersionSummary, "version" | "status"> | undefined,
  successors: ReadonlyMap<string, string>,
): string | undefined => {
  if (successor === version) return `${version} cannot succeed itself.`;
  if (found?.version !== successor) return `There is no version ${successor}.`;
  if (found.status === "draft" || found.status === "archived") {
    return `${successor} is ${found.status === "draft" ? "a draft" : "archived"}.`;
  }
  return leadsTo(successor, version, successors) ? `${successor} leads back to ${version}.` : undefined;
};

const nameOf = ({ tenant, agentId }: AgentSuccessor): string => `${tenant}/${agentId}`;

/** Why an agent cannot be named as another one's successor; undefined if it can. `beyond`: where its own successors lead. */
export const agentSuccessorObstacle = (
  agent: Pick<AgentSummary, "tenant" | "agentId" | "visibility">,
  successor: AgentSuccessor,
  found: Pick<AgentSummary, "status" | "visibility"> | undefined,
  beyond: readonly AgentSuccessor[],
): string | undefined => {
  const [self, other] = [nameOf(agent), nameOf(successor)];
  if (self === other) return `${self} cannot succeed itself.`;
  if (!found) return `There is no agent ${other}, or it is not visible to you.`;
  if (found.status === "disabled") return `${other} is disabled.`;
  if (agent.visibility === "public" && found.visibility !== "public") {
    return `${self} is public and ${other} is not: its readers could not follow.`;
  }
  return beyond.some((next) => nameOf(next) === self) ? `${other} leads back to ${self}.` : undefined;
};
