import { canonicalForm, sha256 } from "@nofx/canonical";
import type { DependencyLock, LockedVersion } from "@nofx/contract-marketplace";
import { type Candidate, compareTexts, nameOf, type Resource, type ResourceKind, type Strategy } from "./resource.ts";
import { isDue, type Sliced, type Work } from "./work.ts";

/** What everybody gets of one resource, and who wants it. */
export interface Locked {
  readonly resource: Resource;
  readonly candidate: Pick<Candidate, "version" | "digest">;
  readonly requestedBy: readonly { readonly by: string; readonly range: string }[];
}

const lockedVersion = ({ candidate: { version, digest }, requestedBy }: Locked): LockedVersion => {
  const distinct = new Map(requestedBy.map(({ by, range }) => [JSON.stringify([by, range]), { by, range }]));
  return {
    version,
    digest,
    requestedBy: [...distinct.values()].sort(
      (left, right) => compareTexts(left.by, right.by) || compareTexts(left.range, right.range),
    ),
  };
};

/** To write who wants something takes as long as to look at so many rules. */
const lookedPerWant = 20;

function* entriesOf(kind: ResourceKind, locked: readonly Locked[], work: Work): Sliced<Record<string, LockedVersion>> {
  const entries: [string, LockedVersion][] = [];
  for (const one of locked) {
    if (one.resource.kind !== kind) continue;
    entries.push([nameOf(one.resource), lockedVersion(one)]);
    work.looked += one.requestedBy.length * lookedPerWant;
    if (isDue(work)) yield;
  }
  return Object.fromEntries(entries.sort(([left], [right]) => compareTexts(left, right)));
}

/** Writes a lock: the same for the same choice, whatever order it comes in. */
export function* writingLock(strategy: Strategy, locked: readonly Locked[], work: Work): Sliced<DependencyLock> {
  return {
    lockVersion: 1,
    strategy,
    agents: yield* entriesOf("agent", locked, work),
    templates: yield* entriesOf("template", locked, work),
  };
}

/** The digest of a lock: SHA-256 of its canonical form. */
export const lockDigest = (lock: DependencyLock): string => sha256(canonicalForm(lock));

/** An entry of a lock with the resource that its name means. */
export interface LockEntry {
  readonly resource: Resource;
  readonly locked: LockedVersion;
}

/** All entries of a lock: agents, then templates. */
export const lockEntries = ({ agents, templates }: DependencyLock): LockEntry[] =>
  [["agent" as const, agents] as const, ["template" as const, templates] as const].flatMap(([kind, entries]) =>
    Object.entries(entries).map(([name, locked]) => {
      const at = name.indexOf("/");
      return { resource: { kind, tenant: name.slice(0, at), id: name.slice(at + 1) }, locked };
    }),
  );
