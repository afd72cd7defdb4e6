import { describe, expect, it } from "vitest";
import { resolveDependencies, resolving } from "../src/index.ts";
import { agents, chain, crowd, dense } from "./large-graphs.ts";

describe("the work of resolving comes in slices", () => {
  it("gives what it gives without a stop, whoever has turns in between", () => {
    const orders = [crowd(8), crowd(7), chain(agents(100)), dense()].map((graph) => {
      return { ...graph, strategy: "highest" as const };
    });
    const alone = orders.map(resolveDependencies);
    const turns = orders.map((order, index) => ({ index, computation: resolving(order), slices: 0 }));
    for (let open = turns; open.length > 0; ) {
      open = open.filter((turn) => {
        const { done, value } = turn.computation.next();
        turn.slices += 1;
        if (done) expect(value).toEqual(alone[turn.index]);
        return !done;
      });
    }
    expect(turns[0]?.slices).toBeGreaterThan(20);
  });
});
