import { describe, expect, it } from "vitest";
import { checkingLock, resolving } from "../../src/index.ts";
import { agents, chain, crowd, dense, type Graph, templates, wide } from "../large-graphs.ts";
import { measured } from "../sliced-work.ts";

describe("the work of resolving comes in slices", () => {
  it.each<[string, () => Graph, string]>([
    ["pigeons that have too few holes", () => crowd(200), "too_complex"],
    ["two thousand agents, each wanted", wide, "locked"],
    ["a chain of two thousand agents", () => chain(agents(2_000)), "locked"],
    ["a chain of two thousand templates", () => chain(templates(2_000)), "locked"],
    ["agents that each want many others, in circles", dense, "locked"],
  ])("of less than 200 ms of processor time, for %s", (_what, make, outcome) => {
    const { requirements, known } = make();
    for (const strategy of ["highest", "lowest"] as const) {
      const { value, slices, longestMs } = measured(() => resolving({ requirements, strategy, known }), 200);
      expect(value.outcome).toBe(outcome);
      expect(slices).toBeGreaterThan(20);
      expect(longestMs).toBeLessThan(200);
      if (value.outcome !== "locked") continue;
      const { lock } = value;
      const checked = measured(() => checkingLock(lock, requirements, known), 200);
      expect(checked.value).toEqual({ outcome: "holds" });
      expect(checked.longestMs).toBeLessThan(200);
    }
  });
});
