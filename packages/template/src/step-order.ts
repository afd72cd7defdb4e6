import type { PlanDifference, StepPair } from "@nofx/contract-marketplace";
import { ancestorsOf, graphOfEdges } from "./graph.ts";
import type { PlanStep } from "./plan.ts";

/** How many pairs of steps are told one by one: more of them help nobody. */
const pairsMax = 200;

/** For each step, all that it waits for, directly and through others. */
export type Order = ReadonlyMap<string, ReadonlySet<string>>;

/** What steps wait for, however it is written. */
export const orderOf = (steps: readonly PlanStep[]): Order => {
  const graph = graphOfEdges(steps);
  return new Map([...graph.keys()].map((id) => [id, ancestorsOf(graph, id)]));
};

const waits = (order: Order, id: string, other: string): boolean => order.get(id)?.has(other) === true;

const together = (one: string, other: string): StepPair => ({
  first: one,
  second: other,
  sentence: `\`${one}\` and \`${other}\` may now run at the same time`,
});

const after = (first: string, second: string): StepPair => ({
  first,
  second,
  sentence: `\`${second}\` now waits for \`${first}\``,
});

/** How steps that both plans have stand to each other now, where they stood otherwise before. */
export const orderDifference = (earlier: Order, later: Order): PlanDifference["order"] => {
  const shared = [...later.keys()].filter((id) => earlier.has(id));
  const parallel: StepPair[] = [];
  const sequential: StepPair[] = [];
  for (const [index, one] of shared.entries()) {
    for (const other of shared.slice(index + 1)) {
      const [before, now] = [earlier, later].map((order) => [waits(order, one, other), waits(order, other, one)]);
      if (!before || !now || (before[0] === now[0] && before[1] === now[1])) continue;
      if (now[0]) sequential.push(after(other, one));
      else if (now[1]) sequential.push(after(one, other));
      else parallel.push(together(one, other));
    }
  }
  const told = { parallel: parallel.slice(0, pairsMax), sequential: sequential.slice(0, pairsMax) };
  const untold = parallel.length - told.parallel.length + (sequential.length - told.sequential.length);
  return { changed: parallel.length + sequential.length > 0, ...told, untold };
};
