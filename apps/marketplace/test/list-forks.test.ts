import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { forkPageQuery } from "../src/forks/fork.store.ts";
import { type MarketplaceClient, marketplace, type TestMarketplace } from "./marketplace.ts";
import { workflow } from "./templates.ts";

const source = { templateId: "release-notes", tenant: "acme" };

describe("listForks", () => {
  let world: TestMarketplace;
  let alice: MarketplaceClient;
  let bob: MarketplaceClient;
  beforeEach(async () => {
    world = await marketplace();
    alice = world.as(await world.person("publisher", "acme"));
    bob = world.as(await world.person("publisher", "globex"));
    await unwrap(alice.publishTemplate({ body: workflow(), visibility: "public" }));
  });

  const fork = async (templateId: string, visibility: "private" | "public") =>
    await unwrap(bob.forkTemplate({ ...source, body: { templateId, visibility } }));
  const idsFor = async (reader: MarketplaceClient) =>
    (await unwrap(reader.listForks(source))).forks.map(({ template }) => template.templateId);
  const countFor = async (reader: MarketplaceClient) => (await unwrap(reader.getTemplate(source))).template.forkCount;

  it("200: those that the reader may see, the latest first, and as many as the template says", async () => {
    await fork("one", "public");
    await fork("two", "private");
    await fork("three", "public");
    expect(await idsFor(bob)).toEqual(["three", "two", "one"]);
    expect(await countFor(bob)).toBe(3);
    for (const reader of [alice, world.anonymous]) {
      expect(await idsFor(reader)).toEqual(["three", "one"]);
      expect(await countFor(reader)).toBe(2);
    }
    const [first] = (await unwrap(alice.listForks(source))).forks;
    const { versions } = (await unwrap(alice.getTemplate(source))).template;
    expect(first).toMatchObject({
      template: { tenant: "globex", templateId: "three", currentVersion: "1.0.0" },
      version: "1.0.0",
      digest: versions[0]?.digest,
    });
  });

  it("200: not the disabled ones, and none of another template", async () => {
    await fork("one", "public");
    await unwrap(alice.publishTemplate({ body: workflow({ templateId: "other" }), visibility: "public" }));
    expect((await unwrap(bob.listForks({ templateId: "other", tenant: "acme" }))).forks).toEqual([]);
    await world.database.query("UPDATE marketplace.templates SET status = 'disabled' WHERE template_id = 'one'");
    expect([await idsFor(bob), await countFor(bob)]).toEqual([[], 0]);
  });

  it("200: page after page, each fork once", async () => {
    const names = ["a", "b", "c", "d", "e"];
    for (const name of names) await fork(name, "public");
    await world.database.query(
      "UPDATE marketplace.template_forks SET forked_at = '2026-01-01' WHERE template_id IN ('b', 'c', 'd')",
    );
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await unwrap(world.anonymous.listForks({ ...source, limit: 2, ...(cursor && { cursor }) }));
      seen.push(...page.forks.map(({ template }) => template.templateId));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual(["e", "a", "d", "c", "b"]);
  });

  it("reads its index within many forks, also under row-level security", async () => {
    await world.database.query(`
      INSERT INTO marketplace.templates (tenant_id, template_id, id, kind, name, current_version, owner_id, visibility, created_at, updated_at, published_at)
      SELECT 'initech', 't' || i, gen_random_uuid(), 'workflow', 'T', '1.0.0', 'x', 'public', now(), now(), now() FROM generate_series(1, 5000) i`);
    await world.database.query(`
      INSERT INTO marketplace.template_forks
      SELECT 'initech', 't' || i, 'initech', 't' || (i % 50), '1.0.0', 'sha256:' || repeat('0', 64), now() - i * interval '1 s'
      FROM generate_series(1, 5000) i`);
    await world.database.query("ANALYZE marketplace.templates, marketplace.template_forks");
    const { db } = world.deps;
    const client = await db.pool.connect();
    try {
      await client.query("BEGIN");
      await client.query("SELECT set_config('app.tenant_id', 'globex', true), set_config('app.role', 'member', true)");
      const after = { forkedAt: new Date().toISOString(), tenant: "initech", templateId: "t9" };
      for (const page of [undefined, after]) {
        const many = { tenant: "initech", templateId: "t7" };
        const { sql, parameters } = forkPageQuery(db.compiler, many, { after: page, limit: 21 }).compile();
        const { rows } = await client.query<{ "QUERY PLAN": string }>(`EXPLAIN ${sql}`, [...parameters]);
        const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
        expect(plan).toContain("template_forks_of");
        expect(plan).not.toMatch(/Seq Scan on template_forks|Sort/);
      }
    } finally {
      await client.query("ROLLBACK");
      client.release();
    }
  });

  it("404 template_not_found: of a template that the reader may not see", async () => {
    await fork("one", "public");
    await world.database.query("UPDATE marketplace.templates SET visibility = 'private' WHERE tenant_id = 'acme'");
    for (const reader of [bob, world.anonymous]) {
      expect(await reader.listForks(source)).toBeProblem(404, "template_not_found");
    }
    expect(await idsFor(alice)).toEqual(["one"]);
  });

  it("400 cursor_invalid", async () => {
    expect(await alice.listForks({ ...source, cursor: "broken" })).toBeProblem(400, "cursor_invalid");
  });
});
