import { unwrap } from "@nofx/client";
import { templateFacets } from "@nofx/contract-marketplace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Asked, countsIn, listed, namesByRating, namesIn } from "./brute-force.ts";
import { catalogues, fillWith, tenants, values, words } from "./catalogue.ts";
import { type MarketplaceClient, marketplace } from "./marketplace.ts";
import { workflow } from "./templates.ts";

const several = <T extends string>(from: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...from], { minLength: 1 });

const filters = {
  tenant: several(tenants),
  kind: several(["prompt", "workflow"] as const),
  category: several(values.category),
  author: several(values.author),
  license: several(values.license),
  status: several(values.status),
  environment: several([...values.environment, "lab"]),
  visibility: several(["private", "public"] as const),
  tag: several(values.tag),
  agent: several(values.agent),
  search: fc.oneof(
    fc.constantFrom("gre", "red", "template", "blue -red", "template -green"),
    fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 2 }).map((all) => all.join(" ")),
  ),
  minRating: fc.constantFrom(1, 2.5, 10 / 3, 4, 5),
};

/** At least three filters, whichever. */
const asked: fc.Arbitrary<Asked> = fc
  .subarray(Object.keys(filters) as (keyof typeof filters)[], { minLength: 3 })
  .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, filters[name]])))) as fc.Arbitrary<Asked>;

type Query = NonNullable<Parameters<MarketplaceClient["listTemplates"]>[0]>;

const walk = async (client: MarketplaceClient, query: Query): Promise<string[]> => {
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await unwrap(client.listTemplates({ ...query, ...(cursor && { cursor }) }));
    names.push(...page.templates.map(({ tenant, templateId }) => `${tenant}/${templateId}`));
    cursor = page.nextCursor;
  } while (cursor);
  return names;
};

describe("lists, totals and counts", () => {
  it("are what making each list by hand gives, for any catalogue and any filters, for everybody", async () => {
    const world = await marketplace();
    const clients: Record<string, MarketplaceClient> = {
      acme: world.as(await world.person("viewer", "acme")),
      globex: world.as(await world.person("viewer", "globex")),
      "": world.anonymous,
    };
    const sorts = fc.constantFrom("recent" as const, "name" as const);
    let found = 0;
    const everyQuery = fc.asyncProperty(
      ...([catalogues, fc.oneof(asked, fc.constant({})), sorts, fc.integer({ min: 1, max: 40 })] as const),
      async (catalogue, filter, sort, limit) => {
        await fillWith(world.database, catalogue);
        world.deps.answers.drop(null);
        for (const [me, client] of Object.entries(clients)) {
          const expected = listed(catalogue, me, filter);
          found += expected.length;
          const query = { ...filter, limit } as Query;
          expect(await walk(client, { ...query, sort })).toEqual(namesIn(expected, sort));
          expect(await walk(client, { ...query, sort: "rating" })).toEqual(namesByRating(catalogue, expected));
          expect((await walk(client, { ...query, sort: "relevance" })).sort()).toEqual(namesIn(expected, sort).sort());
          const { total, facets } = await unwrap(client.listTemplates({ ...query, facets: templateFacets.join(",") }));
          expect(total).toBe(expected.length);
          for (const facet of templateFacets) {
            expect({ facet, counts: facets?.[facet] }).toEqual({
              facet,
              counts: countsIn(catalogue, me, filter, facet),
            });
          }
        }
      },
    );
    await fc.assert(everyQuery, { numRuns: 50 });
    // Filters that never find anything would prove nothing.
    expect(found).toBeGreaterThan(100);
  }, 240_000);
});

describe("facets", () => {
  it("200: those asked for, comma-separated or one by one, with `total`; none without being asked for", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher", "acme"));
    await unwrap(alice.publishTemplate({ body: workflow({ tags: ["x"], category: "finance" }) }));
    const counted = await unwrap(alice.listTemplates({ facets: ["tag,category", "license", "tag"] }));
    expect(counted.total).toBe(1);
    expect(counted.facets).toEqual({
      tag: [{ value: "x", count: 1 }],
      category: [{ value: "finance", count: 1 }],
      license: [{ value: "Apache-2.0", count: 1 }],
    });
    const nothing = await unwrap(alice.listTemplates({ facets: "agent", search: "nothing" }));
    expect(nothing).toEqual({ templates: [], total: 0, facets: { agent: [] } });
    expect(await unwrap(alice.listTemplates({ search: "nothing" }))).toEqual({ templates: [] });
    expect((await unwrap(alice.listTemplates({ facets: "agent", search: "!!!" }))).total).toBe(0);
  });

  it("200: the 50 most frequent values, those of the same frequency by name", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher", "acme"));
    const agents = Array.from({ length: 60 }, (_, index) => `agent-${String(index).padStart(2, "0")}`);
    for (const templateId of ["a", "b"]) {
      const metadata = { agents: templateId === "a" ? agents : ["agent-59"] };
      await unwrap(alice.publishTemplate({ body: workflow({ templateId, metadata }) }));
    }
    const { facets } = await unwrap(alice.listTemplates({ facets: "agent" }));
    expect(facets?.agent).toHaveLength(50);
    expect(facets?.agent?.slice(0, 2)).toEqual([
      { value: "agent-59", count: 2 },
      { value: "agent-00", count: 1 },
    ]);
  });

  it("where a prompt is switched on is nobody else's business", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher", "acme"));
    const content = { kind: "prompt" as const, instructions: "Go.", environments: { staging: {} } };
    const input = [{ type: "input_text" as const, text: "Go." }];
    const body = workflow({ templateId: "coach", content: { ...content, input } as never, files: [] });
    await unwrap(alice.publishTemplate({ body, visibility: "public" }));
    const order = { environment: "production", channel: "slack", enabled: true } as const;
    await unwrap(alice.deployBuilderTemplate({ id: "coach", body: order }));
    const environments = async (client: MarketplaceClient) =>
      (await unwrap(client.listTemplates({ facets: "environment" }))).facets?.environment?.map(({ value }) => value);
    expect(await environments(alice)).toEqual(["production", "staging"]);
    expect(await environments(world.anonymous)).toEqual(["staging"]);
    const inProduction = async (client: MarketplaceClient) =>
      (await unwrap(client.listTemplates({ environment: "production" }))).templates.length;
    expect(await inProduction(alice)).toBe(1);
    expect(await inProduction(world.anonymous)).toBe(0);
    await unwrap(alice.deployBuilderTemplate({ id: "coach", body: { ...order, enabled: false } }));
    expect(await inProduction(alice)).toBe(0);
  });

  it("400 request_invalid: facets that there are not", async () => {
    const world = await marketplace();
    for (const facets of ["colour", "tag,", "tag, kind", ""]) {
      expect(await world.anonymous.listTemplates({ facets })).toBeProblem(400, "request_invalid");
    }
  });
});
