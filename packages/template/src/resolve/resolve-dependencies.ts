import type { DependencyLock } from "@nofx/contract-marketplace";
import type { Conflict } from "./conflict.ts";
import type { Chosen } from "./cycles.ts";
import { explain } from "./explain.ts";
import { type Locked, writingLock } from "./lock.ts";
import {
  type AskedRequirement,
  askerName,
  type Known,
  keyOf,
  type Requirement,
  type Resource,
  type ResourceVersion,
  type Strategy,
} from "./resource.ts";
import { type SearchResult, search } from "./search.ts";
import { bitOf, edgesOf, fitting, isVersion, type Node, type Universe, universeOf } from "./universe.ts";
import { inOneGo, isDue, newWork, type Sliced } from "./work.ts";

/** What is to be resolved. */
export interface Resolution {
  readonly requirements: readonly AskedRequirement[];
  readonly strategy: Strategy;
  /** Of what is known, asked once per resource. */
  readonly known: Known;
  /** How much is looked at before giving up, in rules and chosen versions; default: 1,000,000, less than a second's work. */
  readonly stepsMax?: number;
}

/** What came of it, and how many steps it took. */
export type Resolved =
  | { readonly outcome: "locked"; readonly lock: DependencyLock; readonly steps: number }
  | { readonly outcome: "unsatisfiable"; readonly conflict: Conflict; readonly steps: number }
  /** These have to be looked up; then ask again. */
  | { readonly outcome: "unknown"; readonly resources: readonly Resource[]; readonly steps: number }
  /** Given up: there may be a solution. `stuckOn` are the resources of most of the conflicts. */
  | { readonly outcome: "too_complex"; readonly steps: number; readonly stuckOn: readonly Resource[] };

const stepsMaxDefault = 1_000_000;

interface Pinned {
  readonly version: ResourceVersion;
  readonly dependencies: Requirement[];
}

const pinnedBy = (requirements: readonly AskedRequirement[]): Map<string, Pinned> => {
  const pinned = new Map<string, Pinned>();
  for (const { by, resource, range } of requirements) {
    if (!isVersion(by)) continue;
    const { kind, tenant, id, version } = by;
    const own = pinned.get(keyOf(by)) ?? { version: { kind, tenant, id, version }, dependencies: [] };
    if (own.version.version !== version) {
      throw new RangeError(
        `${keyOf(by)} cannot be resolved in two versions at once: ${own.version.version}, ${version}`,
      );
    }
    own.dependencies.push({ resource, range });
    pinned.set(keyOf(by), own);
  }
  return pinned;
};

/** Everything that is wanted of each node, by what is asked and what is chosen. */
function* wantsOf(
  universe: Universe,
  requirements: readonly AskedRequirement[],
  chosen: Chosen,
): Sliced<Map<Node, { by: string; range: string }[]>> {
  const wants = new Map<Node, { by: string; range: string }[]>();
  const add = ({ resource, range }: Requirement, by: string) => {
    const node = universe.node(resource);
    const list = wants.get(node) ?? [];
    list.push({ by, range });
    wants.set(node, list);
  };
  for (const asked of requirements) add(asked, askerName(asked.by));
  for (const [index, candidate] of chosen) {
    const node = universe.nodes[index] as Node;
    if (node.state === "pinned") continue;
    const by = `${keyOf(node.resource)} ${node.candidates[candidate]?.version}`;
    const edges = edgesOf(node, candidate);
    for (const edge of edges) add(edge, by);
    universe.work.looked += edges.length * 5;
    if (isDue(universe.work)) yield;
  }
  return wants;
}

type Wants = Map<Node, { by: string; range: string }[]>;

/** What the versions depend on that would be tried next, should the looked-up ones not fit: looked up along with them. */
function* likelyNext(universe: Universe, wants: Wants): Sliced<ReadonlySet<Node>> {
  const next = new Set<Node>();
  for (const [node, wanted] of wants) {
    const fits = wanted.reduce((mask, { range }) => mask & fitting(node, range), node.initial);
    for (const [candidate, { dependencies }] of node.candidates.entries()) {
      if ((fits & bitOf(candidate)) === 0n) continue;
      for (const { resource } of dependencies) next.add(universe.node(resource));
      universe.work.looked += dependencies.length * 5;
      if (isDue(universe.work)) yield;
    }
  }
  return next;
}

const isUnknown = ({ state }: Node): boolean => state === "unknown";

type Found = Extract<SearchResult, { readonly outcome: "found" }>;

function* found(universe: Universe, resolution: Resolution, { chosen, steps }: Found): Sliced<Resolved> {
  const wants = yield* wantsOf(universe, resolution.requirements, chosen);
  const missing = [...wants.keys()].filter(isUnknown);
  if (missing.length > 0) {
    const nodes = new Set([...missing, ...[...(yield* likelyNext(universe, wants))].filter(isUnknown)]);
    return { outcome: "unknown", resources: [...nodes].map(({ resource }) => resource), steps };
  }
  const locked = [...wants].flatMap(([node, requestedBy]): Locked[] => {
    const candidate = node.candidates[chosen.get(node.index) ?? -1];
    return candidate && node.state === "known" ? [{ resource: node.resource, candidate, requestedBy }] : [];
  });
  return { outcome: "locked", lock: yield* writingLock(resolution.strategy, locked, universe.work), steps };
}

/**
 * Chooses one version of each resource for the whole graph, so that everybody who wants it gets one that fits.
 *
 * The answer is defined without an algorithm. Resources stand in a row: first those that are wanted from the outset, in
 * canonical order (by kind, tenant and id, as texts); when one gets its version, what that depends on joins the end of
 * the row, in canonical order, unless it is there already. Versions of a resource are tried in order of preference: active
 * ones, with `highest` from the highest and with `lowest` from the lowest on; then deprecated ones likewise; drafts and
 * archived ones never. A solution gives everything in the row a version such that all wants are met and no template
 * contains itself, directly or through others. Agents may depend on each other in circles. Of all solutions, the answer is
 * the one in which the first of the row has its most preferred version, of those the one in which the second has, and so
 * on. What is resolved itself keeps the version it has, and is not in the lock.
 *
 * Resources that are not known yet are taken to fit, so that an answer needs them all looked up and a conflict does not.
 * What nobody can meet is told in the conflict, ranges that are none among it.
 *
 * It stops every few milliseconds of work, always at the same places: when it goes on changes nothing.
 *
 * @throws RangeError if one resource asks in two versions
 */
export function* resolving(resolution: Resolution): Sliced<Resolved> {
  const { requirements, strategy, known, stepsMax = stepsMaxDefault } = resolution;
  const universe = universeOf(pinnedBy(requirements), known, strategy, newWork());
  const result = yield* search(universe, requirements, stepsMax);
  if (result.outcome === "found") return yield* found(universe, resolution, result);
  if (result.outcome === "impossible") {
    return {
      outcome: "unsatisfiable",
      conflict: yield* explain(universe, result.proof, stepsMax),
      steps: result.steps,
    };
  }
  const { steps, stuckOn } = result;
  return { outcome: "too_complex", steps, stuckOn: stuckOn.map(({ resource }) => resource) };
}

/** The same without a stop. @throws RangeError if one resource asks in two versions */
export const resolveDependencies = (resolution: Resolution): Resolved => inOneGo(resolving(resolution));
