import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { type MarketplaceClient, marketplace, type TestMarketplace } from "./marketplace.ts";
import { prompt, type TemplateBody, workflow } from "./templates.ts";

type ListQuery = NonNullable<Parameters<MarketplaceClient["listTemplates"]>[0]>;

const idsOf = async (client: MarketplaceClient, query: ListQuery = {}): Promise<string[]> =>
  (await unwrap(client.listTemplates(query))).templates.map(({ templateId }) => templateId);

const walk = async (
  client: MarketplaceClient,
  query: ListQuery,
  afterPage: () => Promise<unknown> = () => Promise.resolve(),
): Promise<string[]> => {
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await unwrap(client.listTemplates({ ...query, ...(cursor && { cursor }) }));
    names.push(...page.templates.map(({ tenant, templateId }) => `${tenant}/${templateId}`));
    cursor = page.nextCursor;
    await afterPage();
  } while (cursor);
  return names;
};

describe("listTemplates", () => {
  let world: TestMarketplace;
  let alice: MarketplaceClient;
  const publish = async (client: MarketplaceClient, body: TemplateBody, visibility: "private" | "public" = "private") =>
    void (await unwrap(client.publishTemplate({ body, visibility })));

  beforeEach(async () => {
    world = await marketplace();
    alice = world.as(await world.person("publisher", "acme"));
  });

  it("200: one's own and others' public ones in one order; without a token, all public ones", async () => {
    const bob = world.as(await world.person("publisher", "globex"));
    await publish(alice, workflow({ templateId: "a" }));
    await publish(bob, workflow({ templateId: "b" }), "public");
    await publish(bob, workflow({ templateId: "hidden" }));
    await publish(alice, workflow({ templateId: "c" }), "public");
    await publish(alice, workflow({ templateId: "a", version: "1.1.0" }));
    expect(await idsOf(alice)).toEqual(["a", "c", "b"]);
    expect(await idsOf(bob)).toEqual(["c", "hidden", "b"]);
    expect(await idsOf(bob, { sort: "updated" })).toEqual(["c", "hidden", "b"]);
    expect(await idsOf(bob, { sort: "relevance" })).toEqual(["c", "hidden", "b"]);
    expect(await idsOf(world.anonymous)).toEqual(["c", "b"]);
    expect(await idsOf(world.anonymous, { tenant: "globex" })).toEqual(["b"]);
    expect(await idsOf(alice, { tenant: "globex" })).toEqual(["b"]);
    expect(await idsOf(alice, { tenant: "acme" })).toEqual(["a", "c"]);
    expect(await idsOf(alice, { tenant: ["acme", "globex"] })).toEqual(["a", "c", "b"]);
  });

  it("200: filters apply together: kind, tags, category, visibility", async () => {
    await publish(alice, workflow({ templateId: "a", tags: ["x", "y"], category: "finance" }), "public");
    await publish(alice, workflow({ templateId: "b", tags: ["x"] }));
    await publish(alice, prompt({ templateId: "c", tags: ["y"] }));
    const sort = "name" as const;
    expect(await idsOf(alice, { kind: "prompt" })).toEqual(["c"]);
    expect(await idsOf(alice, { kind: "workflow", sort })).toEqual(["a", "b"]);
    expect(await idsOf(alice, { tag: "x", sort })).toEqual(["a", "b"]);
    expect(await idsOf(alice, { tag: ["x", "y"] })).toEqual(["a"]);
    expect(await idsOf(alice, { category: "finance" })).toEqual(["a"]);
    expect(await idsOf(alice, { visibility: "public" })).toEqual(["a"]);
    expect(await idsOf(alice, { visibility: "private", tag: "x" })).toEqual(["b"]);
    expect(await idsOf(alice, { category: "finance", kind: "prompt" })).toEqual([]);
    expect(await idsOf(alice, { kind: ["prompt", "workflow"], tag: "y", sort })).toEqual(["c", "a"]);
    expect(await idsOf(alice, { author: "team-a", license: "Apache-2.0", sort })).toEqual(["a", "b"]);
    expect(await idsOf(alice, { agent: ["collector", "editor"], tag: "y" })).toEqual(["a"]);
    expect(await idsOf(alice, { agent: ["collector", "nobody"] })).toEqual([]);
    expect(await idsOf(world.anonymous, { visibility: "private" })).toEqual([]);
  });

  it("200: by status; disabled ones only when asked for, to their own tenant", async () => {
    for (const templateId of ["a", "b", "c"]) await publish(alice, workflow({ templateId }), "public");
    await world.database.query(
      "UPDATE marketplace.templates SET status = CASE template_id WHEN 'a' THEN 'deprecated' WHEN 'b' THEN 'disabled' ELSE 'active' END",
    );
    expect(await idsOf(alice)).toEqual(["c", "a"]);
    expect(await idsOf(alice, { status: "deprecated" })).toEqual(["a"]);
    expect(await idsOf(alice, { status: "active" })).toEqual(["c"]);
    expect(await idsOf(alice, { status: "disabled" })).toEqual(["b"]);
    expect(await idsOf(world.anonymous, { status: "disabled" })).toEqual([]);
    expect(await idsOf(world.anonymous)).toEqual(["c", "a"]);
  });

  it("200: a category is everything below it, too, also when the tree changes", async () => {
    await world.operator.putCategory({ categoryId: "money", body: { name: "Money" } });
    await world.operator.putCategory({ categoryId: "taxes", body: { name: "Taxes", parent: "money" } });
    await publish(alice, workflow({ templateId: "a", category: "taxes" }));
    await publish(alice, workflow({ templateId: "b", category: "unlisted" }));
    expect(await idsOf(alice, { category: "money" })).toEqual(["a"]);
    expect(await idsOf(alice, { category: "taxes" })).toEqual(["a"]);
    expect(await idsOf(alice, { category: ["money", "unlisted"] })).toEqual(["b", "a"]);
    await world.operator.putCategory({ categoryId: "taxes", body: { name: "Taxes" } });
    expect(await idsOf(alice, { category: "money" })).toEqual([]);
  });

  it("200: what is found is the current version's, also after a new one", async () => {
    await publish(alice, workflow({ tags: ["old"] }));
    await publish(alice, workflow({ version: "1.1.0", tags: ["new"] }));
    expect(await idsOf(alice, { tag: "old" })).toEqual([]);
    expect(await idsOf(alice, { tag: "new" })).toEqual(["release-notes"]);
  });

  it.each(["recent", "name", "relevance"] as const)("200: pages by %s show each template once", async (sort) => {
    const bob = world.as(await world.person("publisher", "globex"));
    for (const [index, client] of [alice, bob, alice, bob, bob, alice, bob].entries()) {
      await publish(
        client,
        workflow({ templateId: `t-${index}`, name: index % 2 ? "Same" : `Name ${9 - index}` }),
        "public",
      );
    }
    // All changed at the same time: the order must not depend on the time alone.
    await world.database.query("UPDATE marketplace.templates SET updated_at = '2026-01-01' WHERE tenant_id = 'globex'");
    for (const query of [{ sort }, { sort, search: "same or name" }, { sort, tag: ["release", "writing"] }]) {
      const whole = await walk(alice, { ...query, limit: 100 });
      expect(new Set(whole).size).toBe(7);
      for (const limit of [1, 2, 3, 6, 7]) expect(await walk(alice, { ...query, limit })).toEqual(whole);
    }
  });

  it("200: pages between which others publish show each template once, and none twice", async () => {
    const bob = world.as(await world.person("publisher", "globex"));
    for (let index = 0; index < 12; index += 1) {
      await publish(index % 2 ? alice : bob, workflow({ templateId: `t-${index}` }), "public");
    }
    const before = await walk(alice, { limit: 100 });
    let publishes = 0;
    const publishOne = async () => {
      publishes += 1;
      await publish(publishes % 2 ? alice : bob, workflow({ templateId: `new-${publishes}` }), "public");
    };
    const seen = await walk(alice, { limit: 1 }, publishOne);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((name) => !name.includes("new-"))).toEqual(before);
  });

  it("200: by name is A to Z, whatever the case", async () => {
    for (const name of ["beta", "Alpha", "Gamma"])
      await publish(alice, workflow({ templateId: name.toLowerCase(), name }));
    expect(await idsOf(alice, { sort: "name" })).toEqual(["alpha", "beta", "gamma"]);
  });

  it("200: pages go on after the longest of names and ids", async () => {
    const templateIds = ["a", "b"].map((letter) => letter.repeat(128));
    for (const templateId of templateIds) await publish(alice, workflow({ templateId, name: "例".repeat(200) }));
    expect(await walk(alice, { sort: "name", limit: 1 })).toEqual(templateIds.map((id) => `acme/${id}`));
  });

  it("400 cursor_invalid: a cursor is good for its own filters and order only", async () => {
    for (const templateId of ["a", "b"]) await publish(alice, workflow({ templateId }));
    const { nextCursor = "" } = await unwrap(alice.listTemplates({ limit: 1 }));
    for (const query of [{ sort: "name" as const }, { tag: "x" }, { search: "y" }, { kind: "prompt" as const }]) {
      expect(await alice.listTemplates({ ...query, cursor: nextCursor })).toBeProblem(400, "cursor_invalid");
    }
    expect(await alice.listTemplates({ cursor: "nonsense" })).toBeProblem(400, "cursor_invalid");
  });

  it("400 request_invalid: filters that nothing could fit", async () => {
    const call = (query: string) => world.fetch(`http://marketplace.test/api/templates?${query}`);
    for (const query of [
      "kind=x",
      "limit=0",
      "limit=101",
      "status=gone",
      "tag=A",
      "sort=best",
      "tenant=A",
      "license=",
      "facets=x",
    ]) {
      expect((await call(query)).status).toBe(400);
    }
  });
});
