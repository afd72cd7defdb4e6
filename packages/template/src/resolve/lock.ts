import { canonicalForm, sha256 } from "@nofx/canonical";
import type { DependencyLock, LockedVersion } from "@nofx/contract-marketplace";
import { type Candidate, compareTexts, nameOf, type Resource, type ResourceKind, type Strategy } from "./resource.ts";

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

const entriesOf = (kind: ResourceKind, locked: readonly Locked[]): Record<string, LockedVersion> =>
  Object.fromEntries(
    locked
      .filter(({ resource }) => resource.kind === kind)
      .map((one) => [nameOf(one.resource), lockedVersion(one)] as const)
      .sort(([left], [right]) => compareTexts(left, right)),
  );

/** Writes a lock: the same for the same choice, whatever order it comes in. */
export const lockOf = (strategy: Strategy, locked: readonly Locked[]): DependencyLock => ({
  lockVersion: 1,
  strategy,
  agents: entriesOf("agent", locked),
  templates: entriesOf("template", locked),
});

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
