import type { DependencyLock } from "@nofx/contract-marketplace";
import { readRange } from "./dependency-range.ts";
import { type LockEntry, lockEntries } from "./lock.ts";
import {
  type AskedRequirement,
  askerName,
  type Candidate,
  type Known,
  keyOf,
  type Requirement,
  type Resource,
} from "./resource.ts";
import { isVersion } from "./universe.ts";

/** Why a lock does not hold any more. */
export interface LockProblem {
  readonly resource: Resource;
  readonly code: "missing" | "gone" | "changed" | "withdrawn" | "unfit" | "not_wanted" | "cycle";
  readonly message: string;
}

/** Whether a lock still holds. */
export type LockVerdict =
  | { readonly outcome: "holds" }
  | { readonly outcome: "broken"; readonly problems: readonly LockProblem[] }
  /** These have to be looked up; then ask again. */
  | { readonly outcome: "unknown"; readonly resources: readonly Resource[] };

/** An entry with what is known of its version. */
interface Held extends LockEntry {
  readonly key: string;
  readonly by: string;
  readonly candidate: Candidate | undefined;
}

/** A want of a locked version, or from the outset. */
interface Wanted extends Requirement {
  readonly by: string;
}

const problem = (resource: Resource, code: LockProblem["code"], message: string): LockProblem => ({
  resource,
  code,
  message,
});

const versionProblems = ({ resource, locked, by, candidate }: Held): LockProblem[] => {
  if (!candidate) return [problem(resource, "gone", `${by} does not exist any more, or may not be used from here`)];
  const { digest, status } = candidate;
  return [
    ...(digest === locked.digest
      ? []
      : [problem(resource, "changed", `${by} is ${digest} now; locked was ${locked.digest}`)]),
    ...(status === "active" || status === "deprecated" ? [] : [problem(resource, "withdrawn", `${by} is ${status}`)]),
  ];
};

const wantProblems = (wanted: Wanted, held: ReadonlyMap<string, { readonly version: string }>): LockProblem[] => {
  const { resource, range, by } = wanted;
  const key = keyOf(resource);
  const version = held.get(key)?.version;
  if (version === undefined) return [problem(resource, "missing", `${by} wants ${key} ${range}, which is not locked`)];
  if (readRange(range)?.includes(version)) return [];
  return [problem(resource, "unfit", `${by} wants ${key} ${range}; locked is ${version}`)];
};

/** What is not reached from the wants of the outset. */
const unwanted = (held: readonly Held[], asked: readonly Requirement[]): LockProblem[] => {
  const byKey = new Map(held.map((one) => [one.key, one]));
  const reached = new Set(asked.map(({ resource }) => keyOf(resource)));
  for (const key of reached) {
    for (const { resource } of byKey.get(key)?.candidate?.dependencies ?? []) reached.add(keyOf(resource));
  }
  return held
    .filter(({ key }) => !reached.has(key))
    .map(({ resource, by }) => problem(resource, "not_wanted", `Nobody wants ${by}`));
};

/** What a template contains directly. */
interface Contents {
  readonly resource: Resource;
  readonly contained: readonly string[];
}

const contentsOf = (resource: Resource, dependencies: readonly Requirement[]): Contents => {
  const templates = dependencies.filter((one) => one.resource.kind === "template");
  return { resource, contained: templates.map((one) => keyOf(one.resource)) };
};

/** Templates that contain no other are taken away, again and again: what is left is in circles, or contains such. */
const cycleProblems = (held: readonly Held[], asked: readonly AskedRequirement[]): LockProblem[] => {
  const all = [
    ...asked.flatMap(({ by }) =>
      isVersion(by)
        ? [
            contentsOf(
              by,
              asked.filter((other) => askerName(other.by) === askerName(by)),
            ),
          ]
        : [],
    ),
    ...held.map(({ resource, candidate }) => contentsOf(resource, candidate?.dependencies ?? [])),
  ];
  const left = new Map(
    all.filter(({ resource }) => resource.kind === "template").map((one) => [keyOf(one.resource), one]),
  );
  for (let done = true; done; ) {
    const leaves = [...left].filter(([, { contained }]) => contained.every((key) => !left.has(key)));
    for (const [key] of leaves) left.delete(key);
    done = leaves.length > 0;
  }
  return [...left].map(
    ([
      key,
      {
        resource: { kind, tenant, id },
      },
    ]) => problem({ kind, tenant, id }, "cycle", `${key} contains itself, or a template that does`),
  );
};

/**
 * Whether a lock is still a solution of what is wanted: each version is there, with the digest it had, and neither archived
 * nor a draft; each want is met; nothing is locked that nobody wants; no template contains itself. That better versions
 * have come up since does not break it.
 */
export const checkLock = (
  lock: DependencyLock,
  requirements: readonly AskedRequirement[],
  known: Known,
): LockVerdict => {
  const looked = lockEntries(lock).map((entry) => ({ entry, versions: known(entry.resource) }));
  const unknown = looked.filter(({ versions }) => versions === undefined);
  if (unknown.length > 0) return { outcome: "unknown", resources: unknown.map(({ entry }) => entry.resource) };
  const held = looked.map(({ entry, versions }): Held => {
    const { version } = entry.locked;
    const candidate = Array.isArray(versions) ? versions.find((one) => one.version === version) : undefined;
    return { ...entry, key: keyOf(entry.resource), by: `${keyOf(entry.resource)} ${version}`, candidate };
  });
  const wanted: Wanted[] = [
    ...requirements.map(({ by, ...want }) => ({ ...want, by: askerName(by) })),
    ...held.flatMap(({ by, candidate }) => (candidate?.dependencies ?? []).map((want) => ({ ...want, by }))),
  ];
  const own = requirements.flatMap(({ by }) => (isVersion(by) ? [[keyOf(by), { version: by.version }] as const] : []));
  const versions = new Map([...held.map(({ key, locked }) => [key, locked] as const), ...own]);
  const problems = [
    ...held.flatMap(versionProblems),
    ...wanted.flatMap((want) => wantProblems(want, versions)),
    ...unwanted(held, requirements),
    ...cycleProblems(held, requirements),
  ];
  return problems.length > 0 ? { outcome: "broken", problems } : { outcome: "holds" };
};

/**
 * Whether a lock holds what is wanted from the outset, as far as the lock itself can tell: what has become of the versions
 * is not looked at.
 */
export const meetsWants = (lock: DependencyLock, requirements: readonly AskedRequirement[]): boolean => {
  const held = new Map(lockEntries(lock).map(({ resource, locked }) => [keyOf(resource), locked]));
  return requirements.every(({ by, ...want }) => wantProblems({ ...want, by: askerName(by) }, held).length === 0);
};
