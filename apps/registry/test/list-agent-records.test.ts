import { unwrap } from "@nofx/client";
import { recordLimits } from "@nofx/contract-kit";
import { watchStatements } from "@nofx/testkit";
import { describe, expect, it } from "vitest";
import { everyRecord, manyAgents, publishSome, used } from "./records.ts";
import { registry } from "./registry.ts";

const now = new Date("2026-11-23T09:30:00Z");
const names = (records: readonly { tenant: string; agentId: string }[]) =>
  records.map(({ tenant, agentId }) => `${tenant}/${agentId}`);

describe("listAgentRecords", () => {
  it("200: every agent of all tenants, private and disabled ones too, by name, in pages of any size", async () => {
    const world = await registry();
    await publishSome(world);
    const service = world.as(await world.given.service());
    const all = ["acme/greeter", "acme/hidden", "globex/gone", "globex/greeter"];
    for (const limit of [1, 3, 4, 5, 500]) {
      const pages = await everyRecord(service, limit);
      expect(names(pages.flat())).toEqual(all);
      expect(pages.map((page) => page.length)).toEqual(
        Array.from({ length: Math.ceil(all.length / limit) }, (_, at) => Math.min(limit, all.length - at * limit)),
      );
    }
    const { records } = await unwrap(service.listAgentRecords());
    expect(records.map(({ status, visibility }) => [status, visibility])).toEqual([
      ["active", "public"],
      ["active", "private"],
      ["disabled", "private"],
      ["active", "public"],
    ]);
  });

  it("200: all that is known of the current version, and of the versions drafts and archived ones too", async () => {
    const world = await registry({}, { now: () => now });
    const acme = world.as(await world.given.admin("acme"));
    const first = await unwrap(acme.publishAgent({ body: world.given.manifest() }));
    const body = world.given.manifest({
      version: "2.0.0",
      capabilities: [{ id: "wave", label: "Wave", description: "With a hand", level: 3 }],
      metadata: { owner: "team-b", license: "MIT", aliases: ["hello", "hi"] },
      manifest: {
        entryPrompt: "main.j2",
        model: "m",
        dependencies: { agents: { linter: "^1.0.0", "globex/waver": "*", "no such name!": "*" } },
      },
      files: [
        { path: "README.md", content: "How to greet.\n" },
        { path: "logo.md", content: Buffer.from([0, 1, 2]).toString("base64"), encoding: "base64" },
        { path: "main.j2", content: "Greet 🚀 everybody." },
        { path: "tool.ts", content: "export {};" },
      ],
    });
    await unwrap(acme.publishAgent({ body, visibility: "public" }));
    await unwrap(acme.publishAgent({ body: world.given.manifest({ version: "3.0.0" }), draft: "true" }));
    const reason = "wrong";
    await unwrap(acme.setVersionStatus({ agentId: "greeter", version: "1.0.0", body: { status: "archived", reason } }));
    const service = world.as(await world.given.service());
    const { records } = await unwrap(service.listAgentRecords());
    const at = now.toISOString();
    const { publishedBy } = first.version;
    const version = (version: string, status: string) => ({ version, status, publishedAt: at, publishedBy });
    expect(records).toEqual([
      {
        tenant: "acme",
        agentId: "greeter",
        visibility: "public",
        status: "active",
        name: "Greeter",
        description: "Greets people.",
        currentVersion: "2.0.0",
        capabilities: [{ id: "wave", label: "Wave", description: "With a hand" }],
        tags: ["demo", "text"],
        owner: "team-b",
        license: "MIT",
        model: "m",
        aliases: ["hello", "hi"],
        dependencies: [
          { tenant: "acme", agentId: "linter", range: "^1.0.0" },
          { tenant: "globex", agentId: "waver", range: "*" },
        ],
        text: "Greet 🚀 everybody.\nHow to greet.\n",
        createdAt: at,
        updatedAt: at,
        publishedAt: at,
        versions: [version("3.0.0", "draft"), version("2.0.0", "active"), version("1.0.0", "archived")],
        versionCount: 3,
        usage: { runs30d: 0, succeeded30d: 0 },
      },
    ]);
  });

  it("200: figures of the last 30 days, of all versions, made-up runs too", async () => {
    const world = await registry({}, { now: () => now });
    await publishSome(world);
    await used(world, { day: "2026-10-24" }, [1_000, 0, 0, 0]);
    await used(world, { day: "2026-10-25" }, [60, 5, 1, 0]);
    await used(world, { day: "2026-11-22", version: "9.9.9" }, [20, 5, 1, 1]);
    await used(world, { day: "2026-11-22", sample: true }, [10, 0, 0, 0]);
    const { records } = await unwrap(world.as(await world.given.service()).listAgentRecords({ limit: 1 }));
    expect(records[0]?.usage).toEqual({
      runs30d: 103,
      succeeded30d: 90,
      success: expect.closeTo(0.8256, 4),
      meanMs: 10,
      lastAt: "2026-11-22T09:00:00.000Z",
    });
  });

  it("200: the text is cut with a whole character, versions to the highest", async () => {
    const world = await registry();
    const acme = world.as(await world.given.admin("acme"));
    const content = `${"x".repeat(recordLimits.textMax - 1)}🚀${"y".repeat(200_000)}`;
    await unwrap(
      acme.publishAgent({ body: world.given.manifest({ files: [{ path: "prompts/system.md", content }] }) }),
    );
    await world.database.query(`
      INSERT INTO registry.agent_versions (tenant_id, agent_id, version, precedence, id, digest, document, published_at, published_by)
      SELECT tenant_id, agent_id, '0.' || n || '.0', '0' || to_char(n, '0000'), gen_random_uuid(), digest, document, published_at, 'x'
      FROM registry.agent_versions, generate_series(1, 120) n`);
    const { records } = await unwrap(world.as(await world.given.service()).listAgentRecords());
    expect(records[0]?.text).toBe("x".repeat(recordLimits.textMax - 1));
    expect(records[0]?.versionCount).toBe(121);
    expect(records[0]?.versions.map(({ version }) => version)).toEqual([
      "1.0.0",
      ...Array.from({ length: 99 }, (_, at) => `0.${120 - at}.0`),
    ]);
  });

  it("200: a page of 500 takes two statements, as one of 1 does", async () => {
    const world = await registry({}, { now: () => now });
    await manyAgents(world, 501, 5);
    const service = world.as(await world.given.service());
    const statements = watchStatements(world.deps, /\bagent_(?:versions|files)\b/);
    for (const limit of [1, 500]) {
      statements.taken();
      const { records } = await unwrap(service.listAgentRecords({ limit }));
      expect(records).toHaveLength(limit);
      expect(records.map(({ text }) => text.length)).toEqual(records.map(() => 4_000));
      expect(statements.taken()).toHaveLength(2);
    }
  });

  it("400 cursor_invalid: a cursor of another list", async () => {
    const world = await registry();
    const service = world.as(await world.given.service());
    for (const cursor of ["x", Buffer.from('["agents",{"tenant":"a","agentId":"b"}]').toString("base64url")])
      expect(await service.listAgentRecords({ cursor })).toBeProblem(400, "cursor_invalid");
    for (const limit of [0, 501]) expect(await service.listAgentRecords({ limit })).toBeProblem(400, "request_invalid");
  });

  it("401 and 403: for services only", async () => {
    const world = await registry();
    expect(await world.anonymous.listAgentRecords()).toBeProblem(401, "unauthenticated");
    for (const client of [world.operator, world.as(await world.given.admin())])
      expect(await client.listAgentRecords()).toBeProblem(403, "forbidden");
  });
});
