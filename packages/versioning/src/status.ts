import type { VersionStatus } from "@nofx/contract-kit";

/** Status of a resource that has versions. */
export type ResourceStatus = "active" | "deprecated" | "disabled";

/** A new status with everything that belongs to it; what is undefined is cleared. */
export interface StatusChange<Status, Successor> {
  readonly status: Status;
  readonly reason: string | undefined;
  readonly deprecatedAt: Date | undefined;
  readonly successor: Successor | undefined;
}

/** A status as it stands. */
export interface StatusStanding<Status, Successor> {
  readonly status: Status;
  readonly statusReason?: string | undefined;
  readonly deprecatedAt?: string | undefined;
  readonly successor?: Successor | undefined;
}

/** The status that somebody wants. */
export interface StatusOrder<Status, Successor> {
  readonly status: Status;
  readonly reason: string;
  readonly successor?: Successor | undefined;
}

export type StatusVerdict<Status, Successor> =
  | { readonly outcome: "changed"; readonly change: StatusChange<Status, Successor> }
  | { readonly outcome: "unchanged" };
export type VersionStatusVerdict =
  | StatusVerdict<VersionStatus, string>
  | { readonly outcome: "refused"; readonly detail: string };

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
  before: StatusStanding<Status, Successor>,
  order: StatusOrder<Status, Successor>,
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

/**
 * Judges an order to change a resource's status. Any status may follow any other: disabling must take one call, and so
 * must taking it back.
 */
export const judgeResourceStatus = <Successor>(
  before: StatusStanding<ResourceStatus, Successor>,
  order: StatusOrder<ResourceStatus, Successor>,
  at: Date,
  isSame: (one: Successor | undefined, other: Successor | undefined) => boolean,
): StatusVerdict<ResourceStatus, Successor> => changeOf(before, order, at, isSame);

/** Judges an order to change a version's status. */
export const judgeVersionStatus = (
  before: StatusStanding<VersionStatus, string> & { readonly version: string },
  order: StatusOrder<VersionStatus, string>,
  at: Date,
): VersionStatusVerdict => {
  const next = versionTransitions[before.status];
  if (before.status !== order.status && !next.includes(order.status)) {
    const detail = `${before.version} is ${before.status}; from there it can become ${next.join(" or ")}, not ${order.status}.`;
    return { outcome: "refused", detail };
  }
  return changeOf(before, order, at, (one, other) => one === other);
};

/** What points at the versions of a resource. */
export interface VersionHolders {
  readonly current: string;
  /** What else points at the version, each as a sentence without a stop: `channels point at it: beta`. */
  readonly others: readonly string[];
  /** The successors of deprecated versions. */
  readonly successors: ReadonlyMap<string, string>;
}

/** What holds a version and keeps it from being archived; undefined if nothing does. */
export const archiveObstacle = (version: string, held: VersionHolders): string | undefined => {
  const replaced = [...held.successors].filter(([, successor]) => successor === version).map(([of]) => of);
  const uses = [
    ...(held.current === version ? ["it is the current version"] : []),
    ...held.others,
    ...(replaced.length > 0 ? [`it is the successor of ${replaced.join(", ")}`] : []),
  ];
  return uses.length > 0 ? `${version} cannot be archived: ${uses.join("; ")}.` : undefined;
};
