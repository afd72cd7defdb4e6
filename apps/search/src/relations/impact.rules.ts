import type { RelationDependent } from "@nofx/contract-search";
import { type DocumentKey, keyText } from "@nofx/search-core";
import { parseRange, precedenceKey, type VersionRange } from "@nofx/versioning";

/** That a version of a resource needs another resource. */
export interface Need {
  readonly from: DocumentKey;
  readonly to: DocumentKey;
  readonly version: string;
  readonly range?: string | undefined;
  readonly locked?: string | undefined;
  readonly environment?: string | undefined;
}

/** The versions of resources, by their key's text. */
export type KnownVersions = ReadonlyMap<string, readonly { readonly version: string; readonly status: string }[]>;

const descending = (a: string, b: string): number => (a > b ? -1 : Number(a < b));

/** The highest first. */
const byPrecedence = (a: string, b: string): number => descending(precedenceKey(a), precedenceKey(b));

type Verdict = Pick<RelationDependent, "reason" | "breaks" | "satisfiedBy">;

/** Nobody is given drafts and archived versions. */
const usable = new Set(["active", "deprecated"]);

/** Versions that a need may be given, the highest first. */
const usableOf = (known: KnownVersions): ((key: string) => readonly string[]) => {
  const sorted = new Map<string, readonly string[]>();
  return (key) => {
    const found =
      sorted.get(key) ??
      (known.get(key) ?? [])
        .filter(({ status }) => usable.has(status))
        .map(({ version }) => version)
        .sort(byPrecedence);
    sorted.set(key, found);
    return found;
  };
};

const readRanges = (): ((text: string | undefined) => VersionRange | undefined) => {
  const read = new Map<string, VersionRange | undefined>();
  return (text) => {
    if (text === undefined) return undefined;
    if (!read.has(text)) read.set(text, parseRange(text));
    return read.get(text);
  };
};

/** What becomes of a need when some versions are missing; undefined: it does not concern it. */
const judge = (
  { locked }: Need,
  range: VersionRange | undefined,
  versions: readonly string[],
  missing: ReadonlySet<string>,
): Verdict | undefined => {
  const satisfiedBy = range && versions.find((version) => !missing.has(version) && range.includes(version));
  if (locked !== undefined) return missing.has(locked) ? { reason: "locked", breaks: true, satisfiedBy } : undefined;
  const had = range && versions.some((version) => missing.has(version) && range.includes(version));
  return had ? { reason: "range", breaks: satisfiedBy === undefined, satisfiedBy } : undefined;
};

const dependentOf = ({ from, to, ...need }: Need, verdict: Verdict, depth: number): RelationDependent => ({
  ...from,
  ...need,
  depth,
  on: to,
  ...verdict,
});

const order = (a: RelationDependent, b: RelationDependent): number =>
  Number(b.breaks) - Number(a.breaks) ||
  a.depth - b.depth ||
  descending(keyText(b), keyText(a)) ||
  byPrecedence(a.version, b.version) ||
  descending(b.environment ?? "", a.environment ?? "");

type Missing = Map<string, Set<string>>;

/** Adds what is lost, and gives whose versions are missing that were not before. */
const noteLost = (missing: Missing, lost: readonly Need[]): ReadonlySet<string> => {
  const changed = new Set<string>();
  for (const { from, version } of lost) {
    const key = keyText(from);
    const versions = missing.get(key) ?? new Set();
    if (versions.has(version)) continue;
    missing.set(key, versions.add(version));
    changed.add(key);
  }
  return changed;
};

/**
 * What becomes of everything that needs a version, at once or through others, if it is withdrawn. A version that needs what
 * is missing is missing itself to whoever needs it. Round by round: whatever lost a version is judged again by all who need
 * it, until nothing more breaks.
 */
export const impactOf = (
  root: DocumentKey,
  withdrawn: string,
  needs: readonly Need[],
  known: KnownVersions,
): RelationDependent[] => {
  const byTarget = Map.groupBy(needs, ({ to }) => keyText(to));
  const [versionsOf, rangeOf] = [usableOf(known), readRanges()];
  const missing: Missing = new Map();
  const found = new Map<Need, RelationDependent>();
  const judgeAgain = (key: string, depth: number): Need[] =>
    (byTarget.get(key) ?? []).filter((need) => {
      const before = found.get(need);
      if (before?.breaks) return false;
      const verdict = judge(need, rangeOf(need.range), versionsOf(key), missing.get(key) ?? new Set());
      if (verdict) found.set(need, dependentOf(need, verdict, verdict.breaks ? depth : (before?.depth ?? depth)));
      return verdict?.breaks === true;
    });
  let changed = noteLost(missing, [{ from: root, to: root, version: withdrawn }]);
  for (let depth = 1; changed.size > 0; depth += 1) {
    const lost = [...changed].flatMap((key) => judgeAgain(key, depth));
    changed = noteLost(missing, lost);
  }
  return [...found.values()].sort(order);
};
