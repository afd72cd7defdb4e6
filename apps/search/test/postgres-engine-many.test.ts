import { parseQuery, type SearchDocument, type SearchRequest } from "@nofx/search-core";
import { beforeAll, describe, expect, it } from "vitest";
import { type TestEngine, testEngine } from "./engine-world.ts";
import { agentDocument, templateDocument } from "./small-documents.ts";

const many = 2_400;
const dayMs = 86_400_000;

const documentOf = (index: number): SearchDocument => {
  const known = {
    name: index === 1_234 ? "Common Thing" : `Common Thing ${index}`,
    description: index % 2 === 0 ? "Does even work." : "Does odd work.",
    tags: [`tag-${index % 3}`],
    // The most used ones: those that broad searches rank first.
    categories: [index < 2_200 ? "quiet" : "busy"],
    usage30d: index,
    updatedAt: new Date(Date.UTC(2026, 0, 1) + ((index * 7) % many) * dayMs).toISOString(),
  };
  return index % 4 === 0 ? templateDocument(`x-${index}`, known) : agentDocument(`x-${index}`, known);
};

const documents = Array.from({ length: many }, (_, index) => documentOf(index));

let world: TestEngine;
beforeAll(async () => {
  const ends: (() => Promise<void>)[] = [];
  world = await testEngine((end) => ends.push(end));
  await world.create(1);
  await world.apply(1, { puts: documents.slice(0, many / 2) });
  await world.engine.settle(1);
  await world.apply(1, { puts: documents.slice(many / 2) });
  return () => Promise.all(ends.map((end) => end()));
});

const ask = (q: string, rest: Partial<SearchRequest> = {}) =>
  world.engine.search(1, {
    viewer: { tenantId: "", seesAll: false },
    query: parseQuery(q),
    sort: "relevance",
    facets: [],
    explain: false,
    limit: 50,
    after: undefined,
    ...rest,
  });

const pages = async (q: string, rest: Partial<SearchRequest>, most: number): Promise<string[]> => {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const answer = await ask(q, { ...rest, after });
    ids.push(...answer.found.map(({ document }) => document.id));
    after = answer.next;
  } while (after !== undefined && ids.length < most);
  return ids;
};

describe("where more fits than is counted", () => {
  it.each(["common ", "common thing ", "common -odd ", "type:agent ", "", "common type:agent "])(
    "%j: the total is told to be at least 1,000",
    async (q) => {
      expect((await ask(q)).total).toEqual({ value: 1_000, relation: "gte" });
    },
  );

  it("fewer are counted exactly, however frequent each word is", async () => {
    expect((await ask("common even tag:tag-1 ")).total).toEqual({ value: 400, relation: "eq" });
    expect((await ask("even -thing ")).total).toEqual({ value: 0, relation: "eq" });
  });

  it("the document with exactly the name is first", async () => {
    expect((await ask("common thing ")).found[0]?.document.id).toBe("x-1234");
  });

  it("pages by relevance hold some hundred candidates, each once, in falling order", async () => {
    const ids = await pages("common ", {}, many);
    expect(ids.length).toBeGreaterThanOrEqual(250);
    expect(new Set(ids).size).toBe(ids.length);
    const { found } = await ask("common ");
    const scores = found.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });

  it.each([
    ["popular", (a: SearchDocument, b: SearchDocument) => b.usage30d - a.usage30d],
    ["recent", (a: SearchDocument, b: SearchDocument) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt)],
    ["name", (a: SearchDocument, b: SearchDocument) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1)],
  ] as const)("%s goes on to the end, without a gap", async (sort, compare) => {
    const expected = documents.filter(({ type }) => type === "agent").toSorted(compare);
    const ids = await pages("common type:agent ", { sort, limit: 300 }, many);
    expect(ids).toEqual(expected.map(({ id }) => id));
  });

  it("facets are about right, those under a filter of their own, too", async () => {
    const { facets } = await ask("common type:agent ", { facets: ["tag", "type"] });
    for (const { count } of facets.tag ?? []) expect(Math.abs(count - 600)).toBeLessThan(120);
    expect(facets.type?.map(({ value }) => value)).toEqual(["agent", "template"]);
    expect(Math.abs((facets.type?.[0]?.count ?? 0) - 1_800)).toBeLessThan(300);
  });

  it("facets are counted whatever the quality of what fits", async () => {
    const { facets } = await ask("common ", { facets: ["category"] });
    const counts = Object.fromEntries((facets.category ?? []).map(({ value, count }) => [value, count]));
    expect(Math.abs((counts.busy ?? 0) - 200)).toBeLessThan(130);
    expect(Math.abs((counts.quiet ?? 0) - 2_200)).toBeLessThan(350);
  });

  it("names are suggested, the best first", async () => {
    const viewer = { tenantId: "", seesAll: false };
    const found = await world.engine.suggest(1, { viewer, text: "common th", limit: 5, types: ["template"] });
    expect(found).toHaveLength(5);
    expect(found.every(({ type }) => type === "template")).toBe(true);
  });
});
