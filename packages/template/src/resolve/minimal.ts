import { foundations, type Incompatibility } from "./incompatibility.ts";
import { addRule, decide, domainOf, learn, propagate, type Solver, solverOf } from "./solver.ts";
import type { Universe } from "./universe.ts";
import type { Sliced } from "./work.ts";

const isOpen = (solver: Solver, node: number): boolean => {
  const domain = domainOf(solver, node);
  return (domain & (domain - 1n)) !== 0n;
};

interface Verdict {
  /** That the rules cannot all hold; undefined if they can, or if there was no time to tell. */
  readonly proof: Incompatibility | undefined;
  readonly steps: number;
}

/** Whether there are versions at all with which no rule is broken. */
function* judge(universe: Universe, rules: readonly Incompatibility[], stepsMax: number): Sliced<Verdict> {
  const solver = solverOf(universe.nodes, universe.work);
  const nodes = [...new Set(rules.flatMap(({ terms }) => terms.map(({ node }) => node)))];
  let broken =
    rules.map((rule) => addRule(solver, rule)).find((rule) => rule !== undefined) ?? (yield* propagate(solver));
  while (solver.steps <= stepsMax) {
    if (broken) {
      const lesson = yield* learn(solver, broken);
      if (typeof lesson !== "number") return { proof: lesson, steps: solver.steps };
    } else {
      const node = nodes.find((one) => isOpen(solver, one));
      if (node === undefined) break;
      const domain = domainOf(solver, node);
      decide(solver, node, domain & -domain);
    }
    broken = yield* propagate(solver);
  }
  return { proof: undefined, steps: solver.steps };
}

/**
 * Of rules that cannot all hold, as few as still cannot: without any one of them, the others can. The search for them ends
 * with the steps; then there may be some too many.
 */
export function* minimalRules(
  universe: Universe,
  rules: readonly Incompatibility[],
  stepsMax: number,
): Sliced<readonly Incompatibility[]> {
  let kept = rules;
  let steps = 0;
  for (const rule of [...rules].reverse()) {
    if (!kept.includes(rule)) continue;
    const rest = kept.filter((other) => other !== rule);
    const verdict = yield* judge(universe, rest, stepsMax - steps);
    steps += verdict.steps;
    if (steps > stepsMax) break;
    if (!verdict.proof) continue;
    const needed = new Set(foundations(verdict.proof));
    kept = rest.filter((other) => needed.has(other));
  }
  return kept;
}
