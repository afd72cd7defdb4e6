import { type Chosen, cycleThrough } from "./cycles.ts";
import { type Incompatibility, wantOf } from "./incompatibility.ts";
import { type AskedRequirement, askerName, compareRequirements, compareTexts } from "./resource.ts";
import { addRule, decide, domainOf, learn, propagate, type Solver, solverOf } from "./solver.ts";
import {
  bestIn,
  bitOf,
  type Edge,
  edgesOf,
  fitting,
  type Node,
  type Universe,
  wantingSame,
  workOut,
} from "./universe.ts";
import { isDue, type Sliced } from "./work.ts";

/** How a search ends: with a candidate for each node that is needed, with a rule that nothing fits, or not in time. */
export type SearchResult =
  | { readonly outcome: "found"; readonly chosen: Chosen; readonly steps: number }
  | { readonly outcome: "impossible"; readonly proof: Incompatibility; readonly steps: number }
  | { readonly outcome: "too_complex"; readonly steps: number; readonly stuckOn: readonly Node[] };

interface Search {
  readonly universe: Universe;
  readonly solver: Solver;
  /** Nodes in the order in which they were discovered: the one at a position is decided on the level above it. */
  readonly order: Node[];
  /** By level, how many nodes were discovered when it began. */
  readonly lengths: number[];
  readonly discovered: Set<Node>;
  readonly chosen: Map<number, number>;
  /** Wants that have a rule. */
  readonly ruled: Map<Node, Set<string>>;
}

/** Resources that nobody has looked up yet want nothing and are never decided. */
const discover = ({ discovered, order }: Search, node: Node): void => {
  if (node.state === "pinned" || node.state === "unknown" || discovered.has(node)) return;
  discovered.add(node);
  order.push(node);
};

/** The order in which wants from the outset are taken up, whoever sends them in which order. */
const compareAsked = (left: AskedRequirement, right: AskedRequirement): number =>
  compareRequirements(left, right) || compareTexts(askerName(left.by), askerName(right.by));

function* begin(search: Search, requirements: readonly AskedRequirement[]): Sliced<Incompatibility | undefined> {
  const { universe, solver } = search;
  const broken: (Incompatibility | undefined)[] = [];
  const asked = [...requirements].sort(compareAsked);
  for (const { resource, range, by } of asked) {
    const node = universe.node(resource);
    discover(search, node);
    if (node.state !== "unknown") broken.push(addRule(solver, wantOf(by, node, range, fitting(node, range))));
    if (isDue(universe.work)) yield;
  }
  const pinned = universe.nodes.filter(({ state }) => state === "pinned");
  for (const { index } of pinned) search.chosen.set(index, 0);
  for (const node of pinned) {
    yield* workOut(node);
    const cycle = cycleThrough(universe, search.chosen, node, solver);
    if (cycle) broken.push(addRule(solver, cycle));
  }
  return broken.find((rule) => rule !== undefined);
}

const want = (search: Search, from: Node, edge: Edge): Incompatibility | undefined => {
  const node = search.universe.node(edge.resource, edge.target);
  discover(search, node);
  const ruled = search.ruled.get(from) ?? new Set();
  if (node.state === "unknown" || ruled.has(edge.want)) return undefined;
  search.ruled.set(from, ruled.add(edge.want));
  const versions = wantingSame(from, edge);
  return addRule(search.solver, wantOf({ node: from, versions }, node, edge.range, fitting(node, edge.range)));
};

/** Takes the most preferred candidate that a node may still be, and takes up what that depends on. */
function* choose(search: Search, node: Node): Sliced<Incompatibility | undefined> {
  const { solver, universe, chosen, lengths, order } = search;
  const candidate = bestIn(node, domainOf(solver, node.index));
  lengths[solver.level] = order.length;
  decide(solver, node.index, bitOf(candidate));
  chosen.set(node.index, candidate);
  yield* workOut(node);
  let broken: Incompatibility | undefined;
  for (const edge of edgesOf(node, candidate)) {
    const rule = want(search, node, edge);
    broken ??= rule;
    if (isDue(universe.work)) yield;
  }
  const cycle = broken ? undefined : cycleThrough(universe, chosen, node, solver);
  return broken ?? (cycle && addRule(solver, cycle));
}

/** Forgets what was discovered above a level. */
const forget = ({ order, lengths, discovered, chosen }: Search, from: number, level: number): void => {
  for (const { index } of order.slice(level, from)) chosen.delete(index);
  for (const node of order.splice(lengths[level] ?? order.length)) discovered.delete(node);
};

const worst = ({ conflicts }: Solver, { nodes }: Universe): Node[] =>
  [...conflicts.entries()]
    .filter(([, count]) => count > 0)
    .sort(([left, few], [right, many]) => many - few || left - right)
    .slice(0, 5)
    .map(([index]) => nodes[index] as Node);

/**
 * Looks for the solution: decides nodes in the order of discovery, each for its most preferred candidate, and learns a rule
 * from each conflict. Rules only exclude what no solution has, so what is found is what trying everything in that order
 * would find first.
 */
export function* search(
  universe: Universe,
  requirements: readonly AskedRequirement[],
  stepsMax: number,
): Sliced<SearchResult> {
  const solver = solverOf(universe.nodes, universe.work);
  const state: Search = {
    universe,
    solver,
    order: [],
    lengths: [],
    discovered: new Set(),
    chosen: new Map(),
    ruled: new Map(),
  };
  let broken = (yield* begin(state, requirements)) ?? (yield* propagate(solver));
  for (;;) {
    if (solver.steps > stepsMax) {
      return { outcome: "too_complex", steps: solver.steps, stuckOn: worst(solver, universe) };
    }
    if (broken) {
      const from = solver.level;
      const lesson = yield* learn(solver, broken);
      if (typeof lesson !== "number") return { outcome: "impossible", proof: lesson, steps: solver.steps };
      forget(state, from, lesson);
      broken = yield* propagate(solver);
      continue;
    }
    const node = state.order[solver.level];
    if (!node) return { outcome: "found", chosen: state.chosen, steps: solver.steps };
    broken = (yield* choose(state, node)) ?? (yield* propagate(solver));
  }
}
