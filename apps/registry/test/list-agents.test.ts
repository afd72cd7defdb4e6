import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { type ListQuery, publishMany, walk } from "./lists.ts";
import { registry } from "./registry.ts";

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

  it("filters by each property of an agent, and by several at once", async () => {
    const world = await registry();
    const { given } = world;
    const alice = await publishMany(world, "acme", ["plain"], "public");
    const special = given.manifest({
      agentId: "special",
      tags: ["rare", "x"],
      capabilities: [
        { id: "fly", label: "Fly" },
        { id: "swim", label: "Swim" },
      ],
      metadata: { owner: "team-b's \\ own" },
      manifest: { entryPrompt: "prompts/system.md", model: "gpt:5", capabilities: ["fly"] },
    });
    await unwrap(alice.publishAgent({ body: special }));
    await publishMany(world, "globex", ["other"], "public");
    const filters: ListQuery[] = [
      { tag: "rare" },
      { tag: ["rare", "x"] },
      { capability: "fly" },
      { capability: ["fly", "swim"], tag: "x" },
      { owner: "team-b's \\ own" },
      { owner: "team-b's \\ own", visibility: "private" },
      { model: "gpt:5" },
      { model: "gpt:5", status: "active", tenant: "acme" },
      { visibility: "private" },
    ];
    for (const filter of filters) {
      expect({ filter, found: await walk(alice, filter, 10) }).toEqual({ filter, found: ["acme/special"] });
      expect({ filter, found: await walk(world.anonymous, filter, 10) }).toEqual({ filter, found: [] });
    }
    expect(await walk(alice, { tag: ["rare", "demo"] }, 10)).toEqual([]);
    expect(await walk(alice, { tenant: "globex" }, 10)).toEqual(["globex/other"]);
    expect(await walk(alice, { tenant: "globex", tag: "demo", model: "claude-sonnet-4-5" }, 10)).toEqual([
      "globex/other",
    ]);
    expect(await walk(alice, { visibility: "public" }, 10)).toEqual(["acme/plain", "globex/other"]);
    expect(await walk(alice, { status: "deprecated" }, 10)).toEqual([]);
    const { agents } = await unwrap(alice.listAgents({ tag: "rare" }));
    expect(agents).toMatchObject([{ owner: "team-b's \\ own", model: "gpt:5" }]);
  });

  it("filters and labels follow what is published next, and what is rolled back to", async () => {
    const world = await registry();
    const admin = world.as(await world.given.admin("acme"));
    const publish = (version: string, tag: string, model: string) => {
      const manifest = { entryPrompt: "prompts/system.md", model };
      return unwrap(admin.publishAgent({ body: world.given.manifest({ version, name: tag, tags: [tag], manifest }) }));
    };
    await publish("1.0.0", "old", "m1");
    const before = (await unwrap(admin.listAgents({ tag: "old", fields: "publishedAt" }))).agents;
    await publish("1.1.0", "new", "m2");
    expect(await walk(admin, { tag: "old" }, 10)).toEqual([]);
    expect(await walk(admin, { tag: "new", search: "new", model: "m2" }, 10)).toEqual(["acme/greeter"]);
    await unwrap(admin.rollbackAgent({ agentId: "greeter", body: { targetVersion: "1.0.0", reason: "x" } }));
    expect(await walk(admin, { tag: "new" }, 10)).toEqual([]);
    expect(await walk(admin, { search: "new" }, 10)).toEqual([]);
    expect(await walk(admin, { search: "old", model: "m1" }, 10)).toEqual(["acme/greeter"]);
    expect((await unwrap(admin.listAgents({ tag: "old", fields: "publishedAt" }))).agents).toEqual(before);
  });

  it("gives only the fields that are asked for, and the ids", async () => {
    const world = await registry();
    await publishMany(world, "acme", ["a"], "public");
    const { agents } = await unwrap(world.anonymous.listAgents({ fields: "name,updatedAt" }));
    expect(Object.keys(agents[0] ?? {}).sort()).toEqual(["agentId", "id", "name", "tenant", "updatedAt"]);
  });

  it("disabled agents are listed only on request, and only to their tenant", async () => {
    const world = await registry();
    const alice = await publishMany(world, "acme", ["gone", "here"], "public");
    await world.database.query("UPDATE registry.agent_registry SET status = 'disabled' WHERE agent_id = 'gone'");
    expect(await walk(alice, {}, 10)).toEqual(["acme/here"]);
    for (const filter of [
      {},
      { tag: "demo" },
      { tag: ["demo", "text"] },
      { search: "greet" },
      { visibility: "public" },
    ] satisfies ListQuery[]) {
      expect(await walk(alice, { status: "disabled", ...filter }, 10)).toEqual(["acme/gone"]);
      expect(await walk(alice, filter, 10)).toEqual(["acme/here"]);
      expect(await walk(world.anonymous, filter, 10)).toEqual(["acme/here"]);
    }
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
    for (const other of [{ tag: "demo" }, { sort: "name" }, { search: "greet" }, { tenant: "acme" }] as const) {
      const answer = await world.anonymous.listAgents({ limit: 1, ...other, cursor: nextCursor });
      expect(answer).toBeProblem(400, "cursor_invalid");
    }
    const same = await world.anonymous.listAgents({ limit: 2, sort: "updated", fields: "name", cursor: nextCursor });
    expect(same).toMatchObject({ status: 200, body: { agents: [{ agentId: "a" }] } });
  });

  it("400 cursor_invalid: a cursor made up, with keys that cannot be compared", async () => {
    const world = await registry();
    await publishMany(world, "acme", ["a", "b"], "public");
    for (const sort of ["updated", "name"] as const) {
      const { nextCursor = "" } = await unwrap(world.anonymous.listAgents({ limit: 1, sort }));
      const [list, position] = JSON.parse(Buffer.from(nextCursor, "base64url").toString());
      const times = ["2026-13-01T00:00:00Z", "0000-01-01T00:00:00Z"];
      for (const key of ["a\0", 7, ...(sort === "name" ? [] : times)]) {
        const cursor = Buffer.from(JSON.stringify([list, { ...position, key }])).toString("base64url");
        expect(await world.anonymous.listAgents({ sort, cursor })).toBeProblem(400, "cursor_invalid");
      }
    }
  });

  it("400 request_invalid: unknown fields, with the known ones; relevance without a search", async () => {
    const { anonymous } = await registry();
    const fields = await anonymous.listAgents({ fields: "name,secret" });
    expect(fields).toBeProblem(400, "request_invalid");
    expect(fields).toMatchObject({
      problem: { errors: [{ path: "$.query.fields", message: expect.stringContaining("tenant, agentId, name") }] },
    });
    expect((await anonymous.listAgents({ updatedSince: "0000-01-01T00:00:00Z" })).status).toBe(200);
    const sorted = await anonymous.listAgents({ sort: "relevance" });
    expect(sorted).toBeProblem(400, "request_invalid");
    expect(sorted).toMatchObject({ problem: { errors: [{ path: "$.query.sort" }] } });
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
