import { type Incompatibility, resolvent, type Term } from "./incompatibility.ts";
import { isDue, type Sliced, type Work } from "./work.ts";

/** What a node may still be, as it became less by a rule (or, without one, by a decision). */
interface Entry {
  readonly node: number;
  readonly before: bigint;
  readonly after: bigint;
  readonly cause: Incompatibility | undefined;
  readonly level: number;
  /** The level from which on it follows: lower than its own if a conflict taught it too late. */
  readonly since: number;
}

/** What is settled so far, and the rules. */
export interface Solver {
  readonly nodes: readonly { readonly initial: bigint }[];
  readonly domains: bigint[];
  readonly trail: Entry[];
  /** By node, the positions in the trail. */
  readonly history: number[][];
  /** By node, the rules that mention it. */
  readonly rules: Incompatibility[][];
  /** Nodes whose rules have to be looked at again. */
  readonly changed: Set<number>;
  /** How often each node had a part in a conflict. */
  readonly conflicts: number[];
  level: number;
  /** Terms of rules, and templates in search of cycles, looked at so far. */
  steps: number;
  /** The same, together with what else is done for the one who asks. */
  readonly work: Work;
}

/** Counts what is looked at. */
export const countSteps = (solver: Solver, count: number): void => {
  solver.steps += count;
  solver.work.looked += count;
};

/** A solver without rules. Nodes may be added to the list while it works. */
export const solverOf = (nodes: readonly { readonly initial: bigint }[], work: Work): Solver => ({
  nodes,
  work,
  domains: [],
  trail: [],
  history: [],
  rules: [],
  changed: new Set(),
  conflicts: [],
  level: 0,
  steps: 0,
});

/** What a node may still be. */
export const domainOf = (solver: Solver, node: number): bigint => {
  solver.domains[node] ??= solver.nodes[node]?.initial ?? 0n;
  return solver.domains[node];
};

const listAt = <Value>(lists: Value[][], index: number): Value[] => {
  lists[index] ??= [];
  return lists[index];
};

const restrict = (
  solver: Solver,
  node: number,
  to: bigint,
  cause: Incompatibility | undefined,
  since = solver.level,
): void => {
  const before = domainOf(solver, node);
  solver.changed.add(node);
  if (before === to) return;
  listAt(solver.history, node).push(solver.trail.length);
  solver.trail.push({ node, before, after: to, cause, level: solver.level, since });
  solver.domains[node] = to;
};

/** Takes what a node is for granted, until a conflict takes it back. */
export const decide = (solver: Solver, node: number, to: bigint): void => {
  solver.level += 1;
  restrict(solver, node, to, undefined);
};

/** Follows a rule: true if it is broken, that is, all its terms hold. */
const follow = (solver: Solver, rule: Incompatibility): boolean => {
  let open: Term | undefined;
  for (const term of rule.terms) {
    countSteps(solver, 1);
    const domain = domainOf(solver, term.node);
    const rest = domain & ~term.mask;
    if (rest === 0n) continue;
    if (open || rest === domain) return false;
    open = term;
  }
  if (!open) return true;
  restrict(solver, open.node, domainOf(solver, open.node) & ~open.mask, rule);
  return false;
};

const keep = (solver: Solver, rule: Incompatibility): void => {
  for (const { node } of rule.terms) listAt(solver.rules, node).push(rule);
};

/** Adds a rule and follows it; the rule if it is broken. */
export const addRule = (solver: Solver, rule: Incompatibility): Incompatibility | undefined => {
  keep(solver, rule);
  return follow(solver, rule) ? rule : undefined;
};

/**
 * Draws conclusions from what has changed; the rule that is broken, if one is. A rule that could have said something
 * earlier is caught at the latest when its last node is decided, which counts as a change in any case.
 */
export function* propagate(solver: Solver): Sliced<Incompatibility | undefined> {
  for (const node of solver.changed) {
    solver.changed.delete(node);
    const rules = listAt(solver.rules, node);
    // The newest first: learned rules sum up the older ones.
    for (let index = rules.length - 1; index >= 0; index -= 1) {
      const rule = rules[index] as Incompatibility;
      if (follow(solver, rule)) return rule;
      if (isDue(solver.work)) yield;
    }
  }
  return undefined;
}

/** The first position in the trail at which a term holds; -1 if it always did. */
const settledAt = (solver: Solver, { node, mask }: Term): number => {
  if (((solver.nodes[node]?.initial ?? 0n) & ~mask) === 0n) return -1;
  const holds = (at: number): boolean => ((solver.trail[at]?.after ?? 0n) & ~mask) === 0n;
  return solver.history[node]?.find(holds) ?? -1;
};

/** The change that broke a rule, and the last one before it that had a part in that; -1 for none. */
const breakOf = (solver: Solver, rule: Incompatibility): { at: number; previous: number } => {
  let [at, previous] = [-1, -1];
  for (const term of rule.terms) {
    const settled = settledAt(solver, term);
    previous = Math.max(previous, Math.min(at, settled));
    at = Math.max(at, settled);
  }
  return { at, previous };
};

/** Undoes everything above a level. */
const backtrack = (solver: Solver, level: number): void => {
  solver.changed.clear();
  for (let entry = solver.trail.at(-1); entry && entry.level > level; entry = solver.trail.at(-1)) {
    solver.trail.pop();
    solver.history[entry.node]?.pop();
    solver.domains[entry.node] = entry.before;
    // It still follows: whoever looks at the node's rules again finds it.
    if (entry.since <= level) solver.changed.add(entry.node);
  }
  solver.level = level;
};

/** Takes back the decision that broke a rule, and follows the rule from there on. */
const retreat = (solver: Solver, rule: Incompatibility, { node, level }: Entry, since: number): number => {
  backtrack(solver, level - 1);
  const mask = rule.terms.find((term) => term.node === node)?.mask ?? 0n;
  restrict(solver, node, domainOf(solver, node) & ~mask, rule, since);
  return solver.level;
};

/**
 * Finds the rule behind a conflict and takes back the last decision that has a part in it, with all after it; the level
 * before that, or the rule itself if it is broken whatever is decided. Rules of which the conflict's last change is a
 * consequence are joined with what caused that change, as in PubGrub. Decisions in between that have no part stay: most
 * would be made again.
 */
export function* learn(solver: Solver, conflict: Incompatibility): Sliced<number | Incompatibility> {
  for (let rule = conflict; ; ) {
    countSteps(solver, 1 + rule.terms.length);
    if (isDue(solver.work)) yield;
    const { at, previous } = breakOf(solver, rule);
    const entry = solver.trail[at];
    if (!entry) return rule;
    solver.conflicts[entry.node] = (solver.conflicts[entry.node] ?? 0) + 1;
    const since = solver.trail[previous]?.level ?? 0;
    if (!entry.cause || since < entry.level) {
      if (rule !== conflict) keep(solver, rule);
      return retreat(solver, rule, entry, since);
    }
    rule = resolvent(solver.nodes, rule, entry.cause, entry.node);
  }
}
