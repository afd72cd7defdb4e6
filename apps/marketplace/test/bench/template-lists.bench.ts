import { unwrap } from "@nofx/client";
import { templateFacets } from "@nofx/contract-marketplace";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LargeMarketplace, largeMarketplace } from "../large-marketplace.ts";
import { expected } from "../slow-list.ts";
import {
  byRelevance,
  compared,
  inEveryOrder,
  listed,
  listWork,
  moreThanOne,
  most,
  oneFilter,
  page,
} from "../template-list-queries.ts";

describe("lists of 100,000 templates", () => {
  let large: LargeMarketplace;
  let smaller: LargeMarketplace[] = [];
  beforeAll(async () => {
    const startedAt = performance.now();
    large = await largeMarketplace(100_000);
    console.log(`100,000 templates after ${Math.round((performance.now() - startedAt) / 1000)} s`);
    smaller = [await largeMarketplace(1_000), await largeMarketplace(10_000)];
  }, 900_000);
  afterAll(async () => {
    await Promise.all([large, ...smaller].map((world) => world?.close()));
  });

  it("one filter in any order is two ranges of indexes", async () => {
    const { rows, blocks } = await most(large, inEveryOrder(oneFilter));
    expect(rows).toBeGreaterThan(page);
    // Each template brings what is told beside its row, and the policies ask for versions and for itself.
    expect(rows).toBeLessThan(10 * page);
    expect(blocks).toBeLessThan(30 * page);
  });

  it("text and several filters take bounded work, in any order", async () => {
    const ordered = await most(large, inEveryOrder(moreThanOne));
    expect(ordered.rows).toBeLessThan(5_000);
    expect(ordered.blocks).toBeLessThan(8_000);
    const ranked = await most(large, byRelevance);
    expect(ranked.rows).toBeLessThan(8_000);
    expect(ranked.blocks).toBeLessThan(12_000);
  });

  it("the work does not grow with the number of templates, and that for counts with the matches only", async () => {
    const growth: Record<string, unknown>[] = [];
    for (const [index, world] of [...smaller, large].entries()) {
      const one = await most(world, inEveryOrder(oneFilter), "allowed");
      const more = await most(world, [...inEveryOrder(moreThanOne), ...byRelevance], "allowed");
      const startedAt = performance.now();
      const { total } = await unwrap(world.callers.t1.listTemplates({ facets: templateFacets.join(",") }));
      const countMs = Math.round(performance.now() - startedAt);
      growth.push({ templates: 1_000 * 10 ** index, one: one.blocks, more: more.blocks, counted: total, countMs });
    }
    console.table(growth);
    const [least, , last] = growth as { one: number; more: number }[];
    expect(last?.one).toBeLessThan(1.5 * (least?.one ?? 0));
  });

  it.each(["t1", "t30"] as const)("%s gets the right templates, whichever way they are found", async (caller) => {
    for (const query of compared) {
      const found = await listed(large, caller, query);
      expect({ query, ...found }).toEqual({ query, ...(await expected(large, caller, query, 45)) });
    }
  });

  it("a template is found by its name although its words are everywhere", async () => {
    const [oldest] = await large.database.query<{ template_id: string }>(`
      SELECT template_id FROM marketplace.templates
      WHERE visibility = 'public' AND name LIKE 'Roadmap%' AND status = 'active' ORDER BY updated_at LIMIT 1`);
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const query = { search: "roadmap", limit: 100, ...(cursor && { cursor }) };
      const found = await unwrap(large.callers.t30.listTemplates(query));
      ids.push(...found.templates.map(({ templateId }) => templateId));
      cursor = found.nextCursor;
    } while (cursor);
    const { total = 0 } = await unwrap(large.callers.t30.listTemplates({ search: "roadmap", facets: "kind" }));
    expect(total).toBeGreaterThan(2_000);
    expect(ids).toContain(oldest?.template_id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("all this would notice a missing index", async () => {
    const [index] = await large.database.query<{ indexdef: string }>(
      "SELECT indexdef FROM pg_indexes WHERE indexname = 'template_labels_public_name'",
    );
    await large.database.query("DROP INDEX marketplace.template_labels_public_name");
    const { rows } = await listWork(large, "t1", { sort: "name", tag: "area-1" });
    await large.database.query(index?.indexdef ?? "");
    expect(rows).toBeGreaterThan(10 * page);
  });
});
