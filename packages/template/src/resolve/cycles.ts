import { type CycleOrigin, cycleOf, type Incompatibility } from "./incompatibility.ts";
import { dependingOn, edgesOf, type Node, type Universe } from "./universe.ts";

/** By node, the candidate that is chosen. */
export type Chosen = ReadonlyMap<number, number>;

/** Chosen templates that a chosen one contains directly. */
const contained = ({ node }: Universe, chosen: Chosen, from: Node): Node[] =>
  edgesOf(from, chosen.get(from.index) ?? -1)
    .filter(({ resource }) => resource.kind === "template")
    .map(({ resource, target }) => node(resource, target))
    .filter(({ index }) => chosen.has(index));

/** The shortest way from a chosen template back to itself, its end left out. */
const wayBack = (universe: Universe, chosen: Chosen, start: Node): Node[] | undefined => {
  const cameFrom = new Map<Node, Node>();
  const open = [start];
  for (const from of open) {
    for (const to of contained(universe, chosen, from)) {
      if (to === start) {
        const way = [from];
        for (let at = cameFrom.get(from); at; at = cameFrom.get(at)) way.unshift(at);
        return way;
      }
      if (cameFrom.has(to)) continue;
      cameFrom.set(to, from);
      open.push(to);
    }
  }
  return undefined;
};

/**
 * The rule that forbids a cycle of templates through a chosen one, if there is one: no versions of these templates that
 * depend on each other so. The cycle is told from where it is entered: what was chosen first.
 */
export const cycleThrough = (universe: Universe, chosen: Chosen, start: Node): Incompatibility | undefined => {
  if (start.resource.kind !== "template") return undefined;
  const way = wayBack(universe, chosen, start);
  if (!way) return undefined;
  const order = [...chosen.keys()];
  const first = Math.min(...way.map(({ index }) => order.indexOf(index)));
  const entered = way.findIndex(({ index }) => index === order[first]);
  const path = [...way.slice(entered), ...way.slice(0, entered)];
  const terms = path.map((node, position) => {
    const next = path[(position + 1) % path.length] as Node;
    return { node, mask: dependingOn(node, next.resource) };
  });
  const told: CycleOrigin["path"] = path.map((node) => ({ node, candidate: chosen.get(node.index) ?? -1 }));
  return cycleOf(told, terms);
};
