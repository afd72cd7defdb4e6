import { canonicalForm } from "@nofx/canonical";
import type { DependencyLock } from "@nofx/contract-marketplace";
import { checkingLock, type LockProblem } from "./check-lock.ts";
import { type LockEntry, lockEntries, writingLock } from "./lock.ts";
import { type AskedRequirement, askerName, type Candidate, keyOf, type Requirement } from "./resource.ts";
import { isVersion } from "./universe.ts";
import { newWork, type Sliced } from "./work.ts";

const nameOfEntry = ({ resource, locked }: LockEntry): string => `${keyOf(resource)} ${locked.version}`;

/** What each locked version wants, as those that are wanted tell. */
const toldWants = (entries: readonly LockEntry[]): ReadonlyMap<string, readonly Requirement[]> =>
  Map.groupBy(
    entries.flatMap(({ resource, locked }) => locked.requestedBy.map(({ by, range }) => ({ by, resource, range }))),
    ({ by }) => by,
  );

/** The lock with what is wanted from the outset as it is, and what locked versions want as it says. */
function asItShouldBe(
  { strategy }: DependencyLock,
  entries: readonly LockEntry[],
  requirements: readonly AskedRequirement[],
): Sliced<DependencyLock> {
  const names = new Set(entries.map(nameOfEntry));
  const asked = Map.groupBy(requirements, ({ resource }) => keyOf(resource));
  return writingLock(
    strategy,
    entries.map(({ resource, locked }) => ({
      resource,
      candidate: locked,
      requestedBy: [
        ...locked.requestedBy.filter(({ by }) => names.has(by)),
        ...(asked.get(keyOf(resource)) ?? []).map(({ by, range }) => ({ by: askerName(by), range })),
      ],
    })),
    newWork(),
  );
}

function* toldWrongly(
  lock: DependencyLock,
  entries: readonly LockEntry[],
  requirements: readonly AskedRequirement[],
): Sliced<LockProblem[]> {
  const right = new Map(
    lockEntries(yield* asItShouldBe(lock, entries, requirements)).map((entry) => [keyOf(entry.resource), entry.locked]),
  );
  return entries
    .filter(({ resource, locked }) => canonicalForm(right.get(keyOf(resource))) !== canonicalForm(locked))
    .map(({ resource }) => {
      const message = `Those who want ${keyOf(resource)} are not who the lock and the template say`;
      return { resource, code: "unfit", message };
    });
}

/**
 * What is wrong with a lock by itself, without looking anything up: as a solution of what is wanted if the locked versions
 * want what the lock says they do. Whether these exist, have those digests and want just that, `checkLock` tells.
 */
export function* findingFaults(
  lock: DependencyLock,
  requirements: readonly AskedRequirement[],
): Sliced<readonly LockProblem[]> {
  const entries = lockEntries(lock);
  const wants = toldWants(entries);
  const candidates = new Map(
    entries.map((entry): [string, readonly Candidate[]] => {
      const { version, digest } = entry.locked;
      const dependencies = wants.get(nameOfEntry(entry)) ?? [];
      return [keyOf(entry.resource), [{ version, digest, status: "active", dependencies }]];
    }),
  );
  const verdict = yield* checkingLock(lock, requirements, (resource) => candidates.get(keyOf(resource)) ?? "absent");
  const own = new Set(requirements.flatMap(({ by }) => (isVersion(by) ? [keyOf(by)] : [])));
  const itself = entries
    .filter(({ resource }) => own.has(keyOf(resource)))
    .map(({ resource }): LockProblem => {
      return { resource, code: "not_wanted", message: `${keyOf(resource)} is what the lock is for` };
    });
  const broken = verdict.outcome === "broken" ? verdict.problems : [];
  return [...itself, ...broken, ...(yield* toldWrongly(lock, entries, requirements))];
}
