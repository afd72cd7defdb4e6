import { unwrap } from "@nofx/client";
import { templateFacets } from "@nofx/contract-marketplace";
import type { Work } from "@nofx/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Caller, callers, connections, type LargeMarketplace, largeMarketplace } from "./large-marketplace.ts";
import { expected, type ListQuery } from "./slow-list.ts";

const page = 20;
const sorts = ["recent", "name"] as const;

/** Every documented filter alone, with values that nearly all templates have, many, and next to none. */
const oneFilter: readonly ListQuery[] = [
  ...[{}, { status: "active" }, { status: "deprecated" }, { status: "disabled" }, { kind: "prompt" }],
  ...[{ tag: "tag-1" }, { tag: "tag-2900" }, { tag: "area-1" }, { agent: "agent-1" }, { agent: "agent-1900" }],
  ...[{ author: "team-1" }, { author: "team-400" }, { license: "license-1" }, { category: "cat-72" }],
  ...[{ environment: "production" }, { visibility: "public" }, { visibility: "private" }],
  ...[{ tenant: "t2" }, { tenant: "t30" }],
] as const;

/** What takes more than a range of an index: text, several filters or values, categories with others below them. */
const moreThanOne: readonly ListQuery[] = [
  ...["review", "fleet voice", "template-4711", "wr", "the", "-review"].map((search) => ({ search })),
  { search: "write", tag: "area-1" },
  { search: "code", tenant: "t2" },
  { tag: ["tag-1", "area-1"] },
  { kind: ["prompt", "workflow"] },
  { category: "cat-1" },
  { category: ["cat-2", "cat-70"], kind: "prompt" },
  { status: ["active", "disabled"], visibility: "private" },
  { author: ["team-1", "team-2"], environment: "production", license: ["license-1", "license-2", "license-3"] },
] as const;

const inEveryOrder = (queries: readonly ListQuery[]): ListQuery[] =>
  queries.flatMap((query) => sorts.map((sort) => ({ ...query, sort })));
const byRelevance = moreThanOne.filter(({ search }) => search !== undefined);

const listWork = (world: LargeMarketplace, caller: Caller, query: ListQuery): Promise<Work> =>
  world.during(/template_labels|template_search|(list|find)_templates|"templates"/, () =>
    unwrap(world.callers[caller].listTemplates({ ...query, limit: page })),
  );

/** The most that any of the queries takes, for any caller. Where it matters, none may read a table from end to end. */
const most = async (
  world: LargeMarketplace,
  queries: readonly ListQuery[],
  scans: "allowed" | "refused" = "refused",
) => {
  const all: Work[] = [];
  // On every connection before it counts: a new one reads the catalogue.
  for (const query of [{}, { search: "warm" }, { tag: ["warm", "up"] }]) {
    await Promise.all(Array.from({ length: connections }, () => unwrap(world.callers.t1.listTemplates(query))));
  }
  for (const caller of callers) {
    for (const query of queries) {
      const work = await listWork(world, caller, query);
      // The tree of categories is small, and small tables are read from end to end.
      const scanned = work.scanned.filter((table) => table !== "categories");
      if (scans === "refused") expect({ caller, query, scanned }).toEqual({ caller, query, scanned: [] });
      all.push(work);
    }
  }
  return { rows: Math.max(...all.map(({ rows }) => rows)), blocks: Math.max(...all.map(({ blocks }) => blocks)) };
};

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
    // Each template brings the report of its tests, its version and itself: the policies ask for them.
    expect(rows).toBeLessThan(5 * page + 3 * page);
    expect(blocks).toBeLessThan(15 * page + 8 * page);
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

  it.each(["t1", "t30"] as const)(
    "%s gets the right templates, and their number, whichever way they are found",
    async (caller) => {
      const searches: ListQuery[] = [{ search: "write" }, { search: "fleet voice" }, { search: "-the" }];
      for (const query of inEveryOrder([...searches, ...moreThanOne.filter(({ environment }) => !environment)])) {
        const names: string[] = [];
        let total: number | undefined;
        let cursor: string | undefined;
        do {
          const facets = cursor ? undefined : "license";
          const found = await unwrap(
            large.callers[caller].listTemplates({
              ...query,
              limit: 15,
              ...(cursor && { cursor }),
              ...(facets && { facets }),
            }),
          );
          names.push(...found.templates.map(({ tenant, templateId }) => `${tenant}/${templateId}`));
          total ??= found.total;
          cursor = found.nextCursor;
        } while (cursor && names.length < 45);
        expect({ query, names, total }).toEqual({ query, ...(await expected(large, caller, query, 45)) });
      }
    },
  );

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
