import { type CycleOrigin, cycleOf, type Incompatibility } from "./incompatibility.ts";
import { countSteps, type Solver } from "./solver.ts";
import { dependingOn, type Node, templatesIn, type Universe } from "./universe.ts";

/** By node, the candidate that is chosen. */
export type Chosen = ReadonlyMap<number, number>;

/** The way by which a template was reached. */
const wayTo = (cameFrom: ReadonlyMap<Node, Node>, end: Node): Node[] => {
  const way = [end];
  for (let at = cameFrom.get(end); at; at = cameFrom.get(at)) way.unshift(at);
  return way;
};

/** The shortest way from a chosen template back to itself, its end left out. */
const wayBack = (universe: Universe, chosen: Chosen, start: Node, solver: Solver): Node[] | undefined => {
  const cameFrom = new Map<Node, Node>();
  const open = [start];
  for (const from of open) {
    const contained = templatesIn(universe, from, chosen.get(from.index) ?? -1);
    countSteps(solver, 1 + contained.length);
    if (contained.includes(start)) return wayTo(cameFrom, from);
    const fresh = contained.filter((to) => chosen.has(to.index) && !cameFrom.has(to));
    for (const to of fresh) cameFrom.set(to, from);
    open.push(...fresh);
  }
  return undefined;
};

/**
 * The rule that forbids a cycle of templates through a chosen one, if there is one: no versions of these templates that
 * depend on each other so. The cycle is told from where it is entered: what was chosen first.
 */
export const cycleThrough = (
  universe: Universe,
  chosen: Chosen,
  start: Node,
  solver: Solver,
): Incompatibility | undefined => {
  if (start.resource.kind !== "template") return undefined;
  const way = wayBack(universe, chosen, start, solver);
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
