import { unwrap } from "@nofx/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connections, type LargeMarketplace, largeMarketplace } from "./large-marketplace.ts";
import type { ListQuery } from "./slow-list.ts";

const templates = 20_000;
const page = 20;

/** Rates so many templates, the latest changed ones, behind the service's back. */
const rate = async ({ database }: LargeMarketplace, count: number): Promise<void> => {
  await database.query(`
    UPDATE marketplace.template_rating_totals t SET four = n % 7, five = 1 + n % 5, one = n % 3
    FROM (SELECT tenant_id, template_id, row_number() OVER (ORDER BY updated_at DESC) AS n FROM marketplace.templates) r
    WHERE t.tenant_id = r.tenant_id AND t.template_id = r.template_id AND n <= ${count}`);
  await database.query("VACUUM ANALYZE marketplace.template_rating_totals");
};

const queries: readonly ListQuery[] = [
  { sort: "rating" },
  { sort: "rating", tag: "tag-1" },
  { sort: "rating", tag: "tag-2900" },
  { sort: "rating", search: "write" },
  { sort: "rating", minRating: 4 },
  { sort: "recent", minRating: 4 },
  { search: "review", minRating: 4 },
  { minRating: 4, facets: "category" },
];

describe(`lists by rating of ${templates} templates`, () => {
  let world: LargeMarketplace;
  beforeAll(async () => {
    world = await largeMarketplace(templates);
  }, 300_000);
  afterAll(() => world?.close());

  const worked = async (query: ListQuery) => {
    const ask = () => unwrap(world.callers.t1.listTemplates({ ...query, limit: page }));
    await Promise.all(Array.from({ length: connections }, ask));
    const { rows, blocks } = await world.during(/template_rating_totals|(find_rated|count)_templates/, ask);
    return { rows: Math.round(rows), blocks };
  };

  it("look at the ratings of all rated templates, and at the templates of the page only, unless a filter is rare", async () => {
    const costs: Record<string, Record<string, number>> = {};
    for (const rated of [1_000, 10_000]) {
      await rate(world, rated);
      for (const query of queries) costs[`${rated} ${JSON.stringify(query)}`] = await worked(query);
    }
    console.table(costs);
    const first = costs[`10000 {"sort":"rating"}`];
    expect(first?.rows).toBeGreaterThan(10_000);
    // The means of the categories, the ratings, and a few templates.
    expect(first?.rows).toBeLessThan(2 * 10_000 + 20 * page);
    expect(first?.blocks).toBeLessThan(10_000 / 10);
  });
});
