import { byPreference, highestFirst } from "./candidates.ts";
import { readRange } from "./dependency-range.ts";
import {
  type Asker,
  type Candidate,
  compareTexts,
  type Known,
  keyOf,
  type Requirement,
  type Resource,
  type ResourceVersion,
  type Strategy,
} from "./resource.ts";

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

interface Worked {
  readonly edges: readonly (readonly Edge[])[];
  /** Versions by what they depend on, with and without the range. */
  readonly dependents: ReadonlyMap<string, bigint>;
  /** By candidate, the templates that it contains directly. */
  readonly templates: (readonly Node[])[];
}

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
  /** Versions by range. */
  readonly fits: Map<string, bigint>;
  worked: Worked | undefined;
}

/** All resources that are met, in the order in which they are. */
export interface Universe {
  readonly nodes: Node[];
  readonly node: (resource: Resource, key?: string) => Node;
}

const allOf = (count: number): bigint => (1n << BigInt(count + 1)) - 1n;

const knownNode = (index: number, resource: Resource, known: ReturnType<Known>, strategy: Strategy): Node => {
  const state = known === undefined ? "unknown" : known === "absent" ? "absent" : "known";
  const candidates = Array.isArray(known) ? byPreference(known, strategy) : [];
  return {
    index,
    resource,
    state,
    candidates,
    initial: allOf(candidates.length),
    fits: new Map(),
    worked: undefined,
  };
};

/** What is resolved is a version itself: who depends on it gets that one or none. */
const pinnedNode = (
  index: number,
  { kind, tenant, id, version }: ResourceVersion,
  dependencies: readonly Requirement[],
): Node => ({
  index,
  resource: { kind, tenant, id },
  state: "pinned",
  candidates: [{ version, digest: "", status: "active", dependencies }],
  initial: bitOf(0),
  fits: new Map(),
  worked: undefined,
});

export const isVersion = (by: Asker): by is ResourceVersion => by.kind === "agent" || by.kind === "template";

/** The resources of a resolution: each is looked up when it is met first, and only then. */
export const universeOf = (
  pinned: ReadonlyMap<string, { readonly version: ResourceVersion; readonly dependencies: readonly Requirement[] }>,
  known: Known,
  strategy: Strategy,
): Universe => {
  const nodes: Node[] = [];
  const byKey = new Map<string, Node>();
  const node = (resource: Resource, key = keyOf(resource)): Node => {
    const found = byKey.get(key);
    if (found) return found;
    const own = pinned.get(key);
    const made = own
      ? pinnedNode(nodes.length, own.version, own.dependencies)
      : knownNode(nodes.length, resource, known(resource), strategy);
    nodes.push(made);
    byKey.set(key, made);
    return made;
  };
  for (const { version } of pinned.values()) node(version);
  return { nodes, node };
};

/** The versions that fit a range. */
export const fitting = ({ fits, candidates }: Node, text: string): bigint => {
  const found = fits.get(text);
  if (found !== undefined) return found;
  const range = readRange(text);
  const mask = candidates.reduce(
    (sum, { version }, index) => (range?.includes(version) ? sum | bitOf(index) : sum),
    0n,
  );
  fits.set(text, mask);
  return mask;
};

/** The most preferred candidate in a set; -1 if there is none. */
export const bestIn = ({ candidates }: Node, mask: bigint): number =>
  candidates.findIndex((_candidate, index) => (mask & bitOf(index)) !== 0n);

/** The versions in a set, the highest first. */
export const versionsIn = (node: Node, mask: bigint): string[] =>
  highestFirst(node.candidates.filter((_candidate, index) => (mask & bitOf(index)) !== 0n)).map(
    ({ version }) => version,
  );

/** Dependencies and dependents of all versions, worked out once. */
const worked = (node: Node): Worked => {
  if (node.worked) return node.worked;
  const dependents = new Map<string, bigint>();
  const add = (key: string, bit: bigint) => dependents.set(key, (dependents.get(key) ?? 0n) | bit);
  const edges = node.candidates.map(({ dependencies }, index) => {
    const own = dependencies.map(edgeOf).sort(compareEdges);
    for (const { target, want } of own) {
      add(target, bitOf(index));
      add(want, bitOf(index));
    }
    return own;
  });
  node.worked = { edges, dependents, templates: [] };
  return node.worked;
};

/** What a version depends on, in canonical order. */
export const edgesOf = (node: Node, candidate: number): readonly Edge[] => worked(node).edges[candidate] ?? [];

/** The versions that want exactly this: a resource within a range, written so. */
export const wantingSame = (node: Node, { want }: Edge): bigint => worked(node).dependents.get(want) ?? 0n;

/** The versions that depend on a resource in any way. */
export const dependingOn = (node: Node, resource: Resource): bigint =>
  worked(node).dependents.get(keyOf(resource)) ?? 0n;

/** The templates that a version contains directly. */
export const templatesIn = (universe: Universe, node: Node, candidate: number): readonly Node[] => {
  const { edges, templates } = worked(node);
  templates[candidate] ??= (edges[candidate] ?? [])
    .filter(({ resource }) => resource.kind === "template")
    .map(({ resource, target }) => universe.node(resource, target));
  return templates[candidate];
};
