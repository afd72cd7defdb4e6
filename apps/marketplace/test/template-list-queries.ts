import { unwrap } from "@nofx/client";
import type { Work } from "@nofx/testkit";
import { expect } from "vitest";
import { type Caller, callers, connections, type LargeMarketplace } from "./large-marketplace.ts";
import type { ListQuery } from "./slow-list.ts";

/** How many templates a page has. */
export const page = 20;
const sorts = ["recent", "name"] as const;

/** Every documented filter alone, with values that nearly all templates have, many, and next to none. */
export const oneFilter: readonly ListQuery[] = [
  ...[{}, { status: "active" }, { status: "deprecated" }, { status: "disabled" }, { kind: "prompt" }],
  ...[{ tag: "tag-1" }, { tag: "tag-2900" }, { tag: "area-1" }, { agent: "agent-1" }, { agent: "agent-1900" }],
  ...[{ author: "team-1" }, { author: "team-400" }, { license: "license-1" }, { category: "cat-72" }],
  ...[{ environment: "production" }, { visibility: "public" }, { visibility: "private" }],
  ...[{ tenant: "t2" }, { tenant: "t30" }],
] as const;

/** What takes more than a range of an index: text, several filters or values, categories with others below them. */
export const moreThanOne: readonly ListQuery[] = [
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

export const inEveryOrder = (queries: readonly ListQuery[]): ListQuery[] =>
  queries.flatMap((query) => sorts.map((sort) => ({ ...query, sort })));
export const byRelevance = moreThanOne.filter(({ search }) => search !== undefined);

export const listWork = (world: LargeMarketplace, caller: Caller, query: ListQuery): Promise<Work> =>
  world.during(/template_labels|template_search|(list|find)_templates|"templates"/, () =>
    unwrap(world.callers[caller].listTemplates({ ...query, limit: page })),
  );

/** The most that any of the queries takes, for any caller. Where it matters, none may read a table from end to end. */
export const most = async (
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

/** The beginning of a list as the service gives it, page by page, and how many there are. */
export const listed = async (world: LargeMarketplace, caller: Caller, query: ListQuery) => {
  const names: string[] = [];
  let total: number | undefined;
  let cursor: string | undefined;
  do {
    const more = cursor === undefined ? { facets: "license" } : { cursor };
    const found = await unwrap(world.callers[caller].listTemplates({ ...query, limit: 15, ...more }));
    names.push(...found.templates.map(({ tenant, templateId }) => `${tenant}/${templateId}`));
    total ??= found.total;
    cursor = found.nextCursor;
  } while (cursor && names.length < 45);
  return { names, total };
};

/** Queries of which the answers are held against lists that are worked out the slow way. */
export const compared: readonly ListQuery[] = inEveryOrder([
  ...["write", "fleet voice", "-the"].map((search) => ({ search })),
  ...moreThanOne.filter(({ environment }) => !environment),
]);
