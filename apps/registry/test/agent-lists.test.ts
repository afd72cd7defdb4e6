import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compared, expected, listed, most, onRanges, page } from "./agent-list-queries.ts";
import { type LargeRegistry, largeRegistry } from "./large-registry.ts";

/** A tenth of what `npm run bench:lists` looks at: small enough for the planner to read a table from end to end. */
describe("lists of 10,000 agents", () => {
  let large: LargeRegistry;
  beforeAll(async () => {
    large = await largeRegistry(10_000);
  });
  afterAll(() => large?.close());

  it("one filter in any order is one range of one index for each part of the list", async () => {
    const { rows } = await most(large, onRanges, "allowed");
    expect(rows).toBeGreaterThan(2 * page);
    expect(rows).toBeLessThan(5 * page);
  });

  it("each gets the right agents, whichever way they are found", async () => {
    for (const query of compared) {
      const names = await listed(large, "t30", query);
      expect({ query, names }).toEqual({ query, names: await expected(large, "t30", query, 45) });
    }
  });
});
