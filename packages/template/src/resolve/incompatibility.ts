import type { Asker } from "./resource.ts";
import { type Node, none } from "./universe.ts";

/** That versions of a resource want another one within a range, or that somebody does from the outset. */
export interface WantOrigin {
  readonly type: "want";
  readonly from: Asker | { readonly node: Node; readonly versions: bigint };
  readonly node: Node;
  readonly range: string;
}

/** That templates would contain themselves. */
export interface CycleOrigin {
  readonly type: "cycle";
  readonly path: readonly { readonly node: Node; readonly candidate: number }[];
}

/** Where a rule comes from: a want, a cycle, or two rules that together say it. */
export type Origin =
  | WantOrigin
  | CycleOrigin
  | { readonly type: "derived"; readonly parents: readonly Incompatibility[] };

/** That a resource is one of the versions in a set (or, with the bit `none`, not chosen). */
export interface Term {
  readonly node: number;
  readonly mask: bigint;
}

/** A rule: in no solution do all of its terms hold at once. Without terms: there is no solution. */
export interface Incompatibility {
  readonly terms: readonly Term[];
  readonly origin: Origin;
}

/** Terms that always hold say nothing. */
const telling = (terms: readonly { node: Node; mask: bigint }[]): Term[] =>
  terms
    .filter(({ node, mask }) => (node.initial & ~mask) !== 0n)
    .map(({ node, mask }) => ({ node: node.index, mask: mask & node.initial }));

/** Versions of `from` want `node` to be one of `fits`. */
export const wantOf = (from: WantOrigin["from"], node: Node, range: string, fits: bigint): Incompatibility => {
  const wanted = { node, mask: (node.initial | none) & ~fits };
  const terms = "node" in from ? [{ node: from.node, mask: from.versions }, wanted] : [wanted];
  // Of a version that wants another one of its own resource, both terms are about the same.
  const isOwn = "node" in from && from.node === node;
  const own = isOwn ? [{ node, mask: from.versions & wanted.mask }] : terms;
  return { terms: telling(own), origin: { type: "want", from, node, range } };
};

/** Templates that depend on each other in a circle. */
export const cycleOf = (
  path: CycleOrigin["path"],
  terms: readonly { readonly node: Node; readonly mask: bigint }[],
): Incompatibility => ({ terms: telling(terms), origin: { type: "cycle", path } });

/**
 * What follows from two rules: of the node on which they are joined, one of either's versions; of all others, what both
 * say.
 */
export const resolvent = (
  nodes: readonly { readonly initial: bigint }[],
  left: Incompatibility,
  right: Incompatibility,
  on: number,
): Incompatibility => {
  const masks = new Map(left.terms.map(({ node, mask }) => [node, mask]));
  for (const { node, mask } of right.terms) {
    const other = masks.get(node);
    masks.set(node, other === undefined ? mask : node === on ? other | mask : other & mask);
  }
  const joined = masks.get(on) ?? 0n;
  if (((nodes[on]?.initial ?? 0n) & ~joined) === 0n) masks.delete(on);
  return {
    terms: [...masks].map(([node, mask]) => ({ node, mask })),
    origin: { type: "derived", parents: [left, right] },
  };
};

/** The wants and cycles from which a rule follows. */
export const foundations = (root: Incompatibility): Incompatibility[] => {
  const seen = new Set([root]);
  const open = [root];
  const found: Incompatibility[] = [];
  for (let next = open.pop(); next; next = open.pop()) {
    const { origin } = next;
    if (origin.type !== "derived") {
      found.push(next);
      continue;
    }
    const fresh = origin.parents.filter((parent) => !seen.has(parent));
    for (const parent of fresh) seen.add(parent);
    open.push(...fresh);
  }
  return found;
};
