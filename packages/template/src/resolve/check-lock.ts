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
import { inOneGo, isDue, newWork, type Sliced, type Work } from "./work.ts";

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

/** Reads each range once. */
const rangeReader = () => {
  const read = new Map<string, ReturnType<typeof readRange>>();
  return (text: string) => {
    if (!read.has(text)) read.set(text, readRange(text));
    return read.get(text);
  };
};

/** To hold a want against a lock takes as long as to look at so many rules. */
const lookedPerWant = 20;

function* wantProblems(
  wanted: readonly Wanted[],
  held: ReadonlyMap<string, { readonly version: string }>,
  work: Work,
): Sliced<LockProblem[]> {
  const rangeOf = rangeReader();
  const problems: LockProblem[] = [];
  for (const { resource, range, by } of wanted) {
    const key = keyOf(resource);
    const version = held.get(key)?.version;
    if (version === undefined) {
      problems.push(problem(resource, "missing", `${by} wants ${key} ${range}, which is not locked`));
    } else if (!rangeOf(range)?.includes(version)) {
      problems.push(problem(resource, "unfit", `${by} wants ${key} ${range}; locked is ${version}`));
    }
    work.looked += lookedPerWant;
    if (isDue(work)) yield;
  }
  return problems;
}

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

/** What those contain who want something from the outset. */
const askersContents = (asked: readonly AskedRequirement[]): Contents[] => {
  const byAsker = Map.groupBy(asked, ({ by }) => askerName(by));
  return [...byAsker.values()].flatMap((wants) => {
    const [{ by }] = wants as [AskedRequirement];
    return isVersion(by) ? [contentsOf(by, wants)] : [];
  });
};

/** Templates that contain no other are taken away, again and again: what is left is in circles, or contains such. */
const inCircles = (contents: readonly Contents[]): Contents[] => {
  const all = new Map(contents.map((one) => [keyOf(one.resource), one]));
  const left = new Map<string, number>();
  const containers = new Map<string, string[]>();
  for (const [key, { contained }] of all) {
    const there = [...new Set(contained)].filter((one) => all.has(one));
    left.set(key, there.length);
    for (const one of there) containers.set(one, [...(containers.get(one) ?? []), key]);
  }
  const leaves = [...left].flatMap(([key, count]) => (count === 0 ? [key] : []));
  for (const leaf of leaves) {
    all.delete(leaf);
    for (const container of containers.get(leaf) ?? []) {
      const count = (left.get(container) ?? 0) - 1;
      left.set(container, count);
      if (count === 0) leaves.push(container);
    }
  }
  return [...all.values()];
};

const cycleProblems = (held: readonly Held[], asked: readonly AskedRequirement[]): LockProblem[] => {
  const ofHeld = held.map(({ resource, candidate }) => contentsOf(resource, candidate?.dependencies ?? []));
  const contents = [...askersContents(asked), ...ofHeld].filter(({ resource }) => resource.kind === "template");
  return inCircles(contents).map(({ resource: { kind, tenant, id } }) => {
    const resource = { kind, tenant, id };
    return problem(resource, "cycle", `${keyOf(resource)} contains itself, or a template that does`);
  });
};

/**
 * Whether a lock is still a solution of what is wanted: each version is there, with the digest it had, and neither archived
 * nor a draft; each want is met; nothing is locked that nobody wants; no template contains itself. That better versions
 * have come up since does not break it. It stops every few milliseconds of work.
 */
export function* checkingLock(
  lock: DependencyLock,
  requirements: readonly AskedRequirement[],
  known: Known,
): Sliced<LockVerdict> {
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
    ...(yield* wantProblems(wanted, versions, newWork())),
    ...unwanted(held, requirements),
    ...cycleProblems(held, requirements),
  ];
  return problems.length > 0 ? { outcome: "broken", problems } : { outcome: "holds" };
}

/** The same without a stop. */
export const checkLock = (lock: DependencyLock, requirements: readonly AskedRequirement[], known: Known): LockVerdict =>
  inOneGo(checkingLock(lock, requirements, known));

/**
 * Whether a lock holds what is wanted from the outset, as far as the lock itself can tell: what has become of the versions
 * is not looked at.
 */
export const meetsWants = (lock: DependencyLock, requirements: readonly AskedRequirement[]): boolean => {
  const held = new Map(lockEntries(lock).map(({ resource, locked }) => [keyOf(resource), locked]));
  const wanted = requirements.map(({ by, ...want }) => ({ ...want, by: askerName(by) }));
  return inOneGo(wantProblems(wanted, held, newWork())).length === 0;
};
