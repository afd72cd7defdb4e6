import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LargeMarketplace, largeMarketplace } from "./large-marketplace.ts";
import { expected } from "./slow-list.ts";
import { compared, inEveryOrder, listed, most, oneFilter, page } from "./template-list-queries.ts";

/** A tenth of what `npm run bench:lists` looks at: small enough for the planner to read a table from end to end. */
describe("lists of 10,000 templates", () => {
  let large: LargeMarketplace;
  beforeAll(async () => {
    large = await largeMarketplace(10_000);
  });
  afterAll(() => large?.close());

  it("one filter in any order is two ranges of indexes", async () => {
    const { rows } = await most(large, inEveryOrder(oneFilter), "allowed");
    expect(rows).toBeGreaterThan(page);
    // Each template brings what is told beside its row, and the policies ask for versions and for itself.
    expect(rows).toBeLessThan(10 * page);
  });

  it("each gets the right templates, and their number, whichever way they are found", async () => {
    for (const query of compared) {
      const found = await listed(large, "t30", query);
      expect({ query, ...found }).toEqual({ query, ...(await expected(large, "t30", query, 45)) });
    }
  });
});
