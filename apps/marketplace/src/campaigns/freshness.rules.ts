import type { DependencyLock, UpgradePlan } from "@nofx/contract-marketplace";

/** A lock as an upgrade makes it. */
export interface UpgradedLock {
  readonly environment?: string;
  readonly lock: DependencyLock;
  readonly digest: string;
}

/** The locks that an upgrade starts from, and those that it makes. */
export interface PlannedLocks {
  /** Environment (empty: none in particular) → digest of the lock that is kept with the current version. */
  readonly before: Readonly<Record<string, string>>;
  readonly after: readonly UpgradedLock[];
}

/** Environment (empty: none in particular) → digest of the lock that is kept. */
export type LockDigests = Readonly<Record<string, string>>;

/** How a template stands when its upgrade is applied. */
export interface StandingNow {
  readonly version: string;
  readonly digest: string;
  readonly locks: LockDigests;
}

/** What an upgrade was planned from, and for. */
export interface PlannedFrom {
  readonly fromVersion: string;
  readonly plan: Pick<UpgradePlan, "action" | "version" | "digest">;
  readonly locks: PlannedLocks;
}

const isPartOf = (part: LockDigests, all: LockDigests): boolean =>
  Object.entries(part).every(([environment, digest]) => all[environment] === digest);

const isSame = (one: LockDigests, other: LockDigests): boolean => isPartOf(one, other) && isPartOf(other, one);

/** The locks that a plan makes, as the digests they have. */
const digestsOf = (after: PlannedLocks["after"]): LockDigests =>
  Object.fromEntries(after.map(({ environment = "", digest }) => [environment, digest]));

/**
 * How far an upgrade has come. `due`: everything is as it was planned from. `published`: its version is there and current,
 * its locks may be missing. `locked`: somebody has locked the same. Anything else has moved on: undefined.
 */
export const progressOf = (
  { fromVersion, plan, locks }: PlannedFrom,
  now: StandingNow,
): "due" | "published" | "locked" | undefined => {
  const after = digestsOf(locks.after);
  if (now.version === fromVersion && isSame(now.locks, locks.before)) return "due";
  if (now.version !== plan.version || now.digest !== plan.digest) return undefined;
  if (plan.action === "publish") return isPartOf(now.locks, after) ? "published" : undefined;
  return isSame(now.locks, { ...locks.before, ...after }) ? "locked" : undefined;
};
