import { highestFirst } from "./candidates.ts";
import {
  bitOf,
  type Edge,
  fitsIn,
  lookedPerNode,
  type Ranked,
  rank,
  rankedOnce,
  type Worked,
  workOutOf,
} from "./ranked.ts";
import {
  type Asker,
  type Candidate,
  type Known,
  keyOf,
  type Requirement,
  type Resource,
  type ResourceVersion,
  type Strategy,
} from "./resource.ts";
import type { Sliced, Work } from "./work.ts";

export { bitOf, type Edge, none } from "./ranked.ts";

/** A resource in the graph. Sets of its versions are bits of a number. */
export interface Node {
  readonly index: number;
  readonly resource: Resource;
  /** `pinned`: it is what is being resolved, and has the version it has. */
  readonly state: "known" | "absent" | "unknown" | "pinned";
  /** In order of preference. */
  readonly candidates: readonly Candidate[];
  /** All that it may be before anybody wants anything. */
  readonly initial: bigint;
  readonly ranked: Ranked;
  /** By candidate, the templates that it contains directly. */
  readonly templates: (readonly Node[])[];
  /** Counts what is looked at of it. */
  readonly work: Work;
}

/** All resources that are met, in the order in which they are. */
export interface Universe {
  readonly nodes: Node[];
  readonly work: Work;
  readonly node: (resource: Resource, key?: string) => Node;
}

const allOf = (count: number): bigint => (1n << BigInt(count + 1)) - 1n;

const knownNode = (
  index: number,
  resource: Resource,
  { known, strategy, work }: { readonly known: ReturnType<Known>; readonly strategy: Strategy; readonly work: Work },
): Node => {
  const state = known === undefined ? "unknown" : known === "absent" ? "absent" : "known";
  const ranked = Array.isArray(known) ? rankedOnce(known, strategy, work) : rank([]);
  work.looked += lookedPerNode;
  return {
    index,
    resource,
    state,
    candidates: ranked.candidates,
    initial: allOf(ranked.candidates.length),
    ranked,
    templates: [],
    work,
  };
};

/** What is resolved is a version itself: who depends on it gets that one or none. */
const pinnedNode = (
  index: number,
  { kind, tenant, id, version }: ResourceVersion,
  dependencies: readonly Requirement[],
  work: Work,
): Node => {
  const ranked = rank([{ version, digest: "", status: "active", dependencies }]);
  const { candidates } = ranked;
  const resource = { kind, tenant, id };
  return { index, resource, state: "pinned", candidates, initial: bitOf(0), ranked, templates: [], work };
};

export const isVersion = (by: Asker): by is ResourceVersion => by.kind === "agent" || by.kind === "template";

/** The resources of a resolution: each is looked up when it is met first, and only then. */
export const universeOf = (
  pinned: ReadonlyMap<string, { readonly version: ResourceVersion; readonly dependencies: readonly Requirement[] }>,
  known: Known,
  strategy: Strategy,
  work: Work,
): Universe => {
  const nodes: Node[] = [];
  const byKey = new Map<string, Node>();
  const node = (resource: Resource, key = keyOf(resource)): Node => {
    const found = byKey.get(key);
    if (found) return found;
    const own = pinned.get(key);
    const made = own
      ? pinnedNode(nodes.length, own.version, own.dependencies, work)
      : knownNode(nodes.length, resource, { known: known(resource), strategy, work });
    nodes.push(made);
    byKey.set(key, made);
    return made;
  };
  for (const { version } of pinned.values()) node(version);
  return { nodes, work, node };
};

/** The most preferred candidate in a set; -1 if there is none. */
export const bestIn = ({ candidates }: Node, mask: bigint): number =>
  candidates.findIndex((_candidate, index) => (mask & bitOf(index)) !== 0n);

/** The versions in a set, the highest first. */
export const versionsIn = (node: Node, mask: bigint): string[] =>
  highestFirst(node.candidates.filter((_candidate, index) => (mask & bitOf(index)) !== 0n)).map(
    ({ version }) => version,
  );

/** The versions that fit a range. */
export const fitting = ({ ranked, work }: Node, text: string): bigint => fitsIn(ranked, text, work);

/** Works out dependencies and dependents of all versions, before anybody asks for them. */
export const workOut = ({ ranked, work }: Node): Sliced<void> => workOutOf(ranked, work);

const nothing: Worked = { edges: [], dependents: new Map() };

/** Of a node that is chosen. */
const worked = ({ ranked }: Node): Worked => ranked.worked ?? nothing;

/** What a version depends on, in canonical order. */
export const edgesOf = (node: Node, candidate: number): readonly Edge[] => worked(node).edges[candidate] ?? [];

/** The versions that want exactly this: a resource within a range, written so. */
export const wantingSame = (node: Node, { want }: Edge): bigint => worked(node).dependents.get(want) ?? 0n;

/** The versions that depend on a resource in any way. */
export const dependingOn = (node: Node, resource: Resource): bigint =>
  worked(node).dependents.get(keyOf(resource)) ?? 0n;

/** The templates that a version contains directly. */
export const templatesIn = (universe: Universe, node: Node, candidate: number): readonly Node[] => {
  const { templates } = node;
  const { edges } = worked(node);
  templates[candidate] ??= (edges[candidate] ?? [])
    .filter(({ resource }) => resource.kind === "template")
    .map(({ resource, target }) => universe.node(resource, target));
  return templates[candidate];
};
