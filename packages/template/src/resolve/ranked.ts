import { byPreference } from "./candidates.ts";
import { readRange } from "./dependency-range.ts";
import { type Candidate, compareTexts, keyOf, type Requirement, type Strategy } from "./resource.ts";
import { isDue, type Sliced, type Work } from "./work.ts";

/** The bit that stands for "not chosen at all". Bit n + 1 is the candidate n. */
export const none = 1n;

export const bitOf = (candidate: number): bigint => 1n << BigInt(candidate + 1);

/** A dependency with the texts that tell it apart, made once. */
export interface Edge extends Requirement {
  /** The resource. */
  readonly target: string;
  /** The resource and the range. */
  readonly want: string;
}

const edgeOf = ({ resource, range }: Requirement): Edge => {
  const target = keyOf(resource);
  return { resource, range, target, want: `${target} ${range}` };
};

const compareEdges = (left: Edge, right: Edge): number =>
  compareTexts(left.target, right.target) || compareTexts(left.range, right.range);

/** What versions depend on. */
export interface Worked {
  readonly edges: readonly (readonly Edge[])[];
  /** Versions by what they depend on, with and without the range. */
  readonly dependents: ReadonlyMap<string, bigint>;
}

/** What the versions of a resource come to for a strategy, whoever depends on them. */
export interface Ranked {
  /** In order of preference. */
  readonly candidates: readonly Candidate[];
  /** Versions by range. */
  readonly fits: Map<string, bigint>;
  worked: Worked | undefined;
}

/** To make a node, or to hold its versions against a range, takes as long as to look at so many rules. */
export const lookedPerNode = 20;
const lookedPerVersion = 5;

/** What versions come to that are preferred in this order. */
export const rank = (candidates: readonly Candidate[]): Ranked => ({ candidates, fits: new Map(), worked: undefined });

/** By the list of versions, which must not change any more, and the strategy: graphs are resolved again and again while they are looked up. */
const rankings = { highest: new WeakMap<object, Ranked>(), lowest: new WeakMap<object, Ranked>() };

/** The same for the same list. */
export const rankedOnce = (versions: readonly Candidate[], strategy: Strategy, work: Work): Ranked => {
  const before = rankings[strategy].get(versions);
  if (before) return before;
  work.looked += versions.length * lookedPerVersion;
  const ranked = rank(byPreference(versions, strategy));
  rankings[strategy].set(versions, ranked);
  return ranked;
};

/** The versions that fit a range. */
export const fitsIn = ({ fits, candidates }: Ranked, text: string, work: Work): bigint => {
  const found = fits.get(text);
  if (found !== undefined) return found;
  work.looked += lookedPerNode + candidates.length * lookedPerVersion;
  const range = readRange(text);
  const mask = candidates.reduce(
    (sum, { version }, index) => (range?.includes(version) ? sum | bitOf(index) : sum),
    0n,
  );
  fits.set(text, mask);
  return mask;
};

/** Works out what versions depend on, and who depends on what, once. */
export function* workOutOf(ranked: Ranked, work: Work): Sliced<void> {
  if (ranked.worked) return;
  const dependents = new Map<string, bigint>();
  const add = (key: string, bit: bigint) => dependents.set(key, (dependents.get(key) ?? 0n) | bit);
  const edges: (readonly Edge[])[] = [];
  // Versions of a resource mostly want the same.
  const shared = new Map<string, Edge>();
  for (const [index, { dependencies }] of ranked.candidates.entries()) {
    const own = dependencies
      .map((requirement) => {
        const edge = edgeOf(requirement);
        const same = shared.get(edge.want) ?? edge;
        shared.set(same.want, same);
        return same;
      })
      .sort(compareEdges);
    for (const { target, want } of own) {
      add(target, bitOf(index));
      add(want, bitOf(index));
    }
    edges.push(own);
    work.looked += 1 + own.length * lookedPerVersion;
    if (isDue(work)) yield;
  }
  ranked.worked = { edges, dependents };
}
