import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { type RegistryClient, registry, type TestRegistry } from "./registry.ts";

const publishMany = async (
  { as, given }: TestRegistry,
  tenant: string,
  ids: readonly string[],
  visibility: "public" | "private",
) => {
  const publisher = as(await given.publisher(tenant));
  for (const agentId of ids) await unwrap(publisher.publishAgent({ body: given.manifest({ agentId }), visibility }));
  return publisher;
};

const walk = async (client: RegistryClient, query: object, limit: number): Promise<string[]> => {
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await unwrap(client.listAgents({ ...query, limit, ...(cursor && { cursor }) }));
    expect(page.agents.length).toBeLessThanOrEqual(limit);
    names.push(...page.agents.map(({ tenant, agentId }) => `${tenant}/${agentId}`));
    cursor = page.nextCursor;
  } while (cursor);
  return names;
};

describe("listAgents", () => {
  it("walking the pages gives each agent once: the caller's own first, then public ones", async () => {
    const world = await registry();
    const own = Array.from({ length: 7 }, (_, index) => `own-${index}`);
    const theirs = Array.from({ length: 8 }, (_, index) => `their-${index}`);
    const alice = await publishMany(world, "acme", own, "private");
    await publishMany(world, "globex", theirs, "public");
    await publishMany(world, "globex", ["secret"], "private");
    for (const limit of [1, 3, 7, 8, 100]) {
      const names = await walk(alice, {}, limit);
      expect(names).toHaveLength(15);
      expect(new Set(names).size).toBe(15);
      expect(names.slice(0, 7).every((name) => name.startsWith("acme/"))).toBe(true);
    }
    expect(await walk(world.anonymous, {}, 3)).toEqual(theirs.map((id) => `globex/${id}`).reverse());
  });

  it("agents of one millisecond are told apart", async () => {
    const world = await registry({}, { now: () => new Date("2026-01-01T00:00:00.000Z") });
    const ids = Array.from({ length: 9 }, (_, index) => `same-${index}`);
    await publishMany(world, "acme", ids, "public");
    expect((await walk(world.anonymous, {}, 2)).sort()).toEqual(ids.map((id) => `acme/${id}`));
  });

  it("filters by tag, capability, owner, status, visibility and tenant", async () => {
    const world = await registry();
    const { given } = world;
    const alice = await publishMany(world, "acme", ["plain"], "public");
    const special = given.manifest({
      agentId: "special",
      tags: ["rare", "x"],
      capabilities: [{ id: "fly", label: "Fly" }],
      metadata: { owner: "team-b" },
      manifest: { entryPrompt: "prompts/system.md", capabilities: ["fly"] },
    });
    await unwrap(alice.publishAgent({ body: special }));
    await publishMany(world, "globex", ["other"], "public");
    expect(await walk(alice, { tag: "rare" }, 10)).toEqual(["acme/special"]);
    expect(await walk(alice, { capability: "fly" }, 10)).toEqual(["acme/special"]);
    expect(await walk(alice, { owner: "team-b" }, 10)).toEqual(["acme/special"]);
    expect(await walk(alice, { visibility: "private" }, 10)).toEqual(["acme/special"]);
    expect(await walk(alice, { tenant: "globex" }, 10)).toEqual(["globex/other"]);
    expect(await walk(alice, { status: "deprecated" }, 10)).toEqual([]);
  });

  it("disabled agents are listed only on request, and only to their tenant", async () => {
    const world = await registry();
    const alice = await publishMany(world, "acme", ["gone", "here"], "public");
    await world.database.query("UPDATE registry.agent_registry SET status = 'disabled' WHERE agent_id = 'gone'");
    expect(await walk(alice, {}, 10)).toEqual(["acme/here"]);
    expect(await walk(alice, { status: "disabled" }, 10)).toEqual(["acme/gone"]);
    expect(await walk(world.anonymous, { status: "disabled" }, 10)).toEqual([]);
    expect(await world.anonymous.getAgent({ agentId: "gone", tenant: "acme" })).toBeProblem(404, "agent_not_found");
    expect(await alice.getAgent({ agentId: "gone" })).toMatchObject({ body: { agent: { status: "disabled" } } });
  });

  it("400 cursor_invalid: a broken cursor, or one of other filters", async () => {
    const world = await registry();
    await publishMany(world, "acme", ["a", "b"], "public");
    const { nextCursor = "" } = await unwrap(world.anonymous.listAgents({ limit: 1 }));
    expect(nextCursor).not.toBe("");
    for (const cursor of ["x", "%00", Buffer.from('["agents"]').toString("base64url"), nextCursor.slice(0, -3)]) {
      expect(await world.anonymous.listAgents({ limit: 1, cursor })).toBeProblem(400, "cursor_invalid");
    }
    expect(await world.anonymous.listAgents({ limit: 1, tag: "demo", cursor: nextCursor })).toBeProblem(
      400,
      "cursor_invalid",
    );
  });

  it("304 while nothing has changed, 200 after a change, at once", async () => {
    const world = await registry();
    const alice = await publishMany(world, "acme", ["a"], "public");
    const { headers } = await world.anonymous.listAgents();
    const ifNoneMatch = headers.get("etag") ?? "";
    expect(ifNoneMatch).toMatch(/^"[\w-]+"$/);
    expect((await world.anonymous.listAgents({}, { ifNoneMatch })).status).toBe(304);
    await alice.publishAgent({ body: world.given.manifest({ agentId: "b" }), visibility: "public" });
    expect((await world.anonymous.listAgents({}, { ifNoneMatch })).status).toBe(200);
  });
});
