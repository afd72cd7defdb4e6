import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unwrap } from "@nofx/client";
import pg from "pg";
import { describe, expect, it } from "vitest";
import { registryTrack } from "../src/index.ts";
import { type RegistryClient, registry, type TestRegistry } from "./registry.ts";

const reason = "testing";

const publish = async (
  world: TestRegistry,
  client: RegistryClient,
  agentId: string,
  options: { version?: string; on?: Record<string, string>; visibility?: "public" } = {},
) => {
  const { version = "1.0.0", on, visibility } = options;
  const manifest = { entryPrompt: "prompts/system.md", ...(on && { dependencies: { agents: on } }) };
  const body = world.given.manifest({ agentId, version, manifest, capabilities: [] });
  await unwrap(client.publishAgent({ body, ...(visibility && { visibility }) }));
};

const dependentsOf = async (client: RegistryClient, agentId: string) => {
  const body = { status: "disabled", reason } as const;
  const { impact } = await unwrap(client.setAgentStatus({ agentId, dryRun: "true", body }));
  return impact.dependents.map(({ tenant, agentId: id, range }) => `${tenant}/${id} ${range}`);
};

describe("dependents", () => {
  it("are those of one's own tenant and public ones, never another tenant's private or disabled ones", async () => {
    const world = await registry();
    const acme = world.as(await world.given.admin("acme"));
    const globex = world.as(await world.given.admin("globex"));
    await publish(world, acme, "helper", { visibility: "public" });
    await publish(world, acme, "own", { on: { helper: "^1.0.0" } });
    await publish(world, acme, "own-by-full-name", { on: { "acme/helper": "~1.0.0", helper: "*" } });
    await publish(world, globex, "open", { on: { "acme/helper": ">=1" }, visibility: "public" });
    await publish(world, globex, "hidden", { on: { "acme/helper": "1.x" } });
    await publish(world, globex, "off", { on: { "acme/helper": "1.x" }, visibility: "public" });
    await publish(world, globex, "namesake", { on: { helper: "1.x" }, visibility: "public" });
    await unwrap(globex.setAgentStatus({ agentId: "off", body: { status: "disabled", reason } }));
    expect((await dependentsOf(acme, "helper")).sort()).toEqual([
      "acme/own ^1.0.0",
      "acme/own-by-full-name *",
      "acme/own-by-full-name ~1.0.0",
      "globex/open >=1",
    ]);
  });

  it("follow the current version of the dependent: publish, draft, rollback", async () => {
    const world = await registry();
    const acme = world.as(await world.given.admin("acme"));
    await publish(world, acme, "helper");
    await publish(world, acme, "user", { on: { helper: "^1.0.0" } });
    await publish(world, acme, "user", { version: "2.0.0", on: { helper: "^2.0.0", other: "*" } });
    expect(await dependentsOf(acme, "helper")).toEqual(["acme/user ^2.0.0"]);
    await publish(world, acme, "user", { version: "2.1.0" });
    expect(await dependentsOf(acme, "helper")).toEqual([]);
    await unwrap(acme.rollbackAgent({ agentId: "user", body: { targetVersion: "1.0.0", reason } }));
    expect(await dependentsOf(acme, "helper")).toEqual(["acme/user ^1.0.0"]);
  });

  it("beyond 100 are cut off, and the answer says so", async () => {
    const world = await registry();
    const acme = world.as(await world.given.admin("acme"));
    await publish(world, acme, "helper");
    await publish(world, acme, "user", { on: { helper: "^1.0.0" } });
    await world.database.query(`
      INSERT INTO registry.agent_dependencies
      SELECT 'acme', 'user', 'acme', 'helper', '1.' || i FROM generate_series(1, 100) i`);
    const body = { status: "disabled", reason } as const;
    const { impact } = await unwrap(acme.setAgentStatus({ agentId: "helper", dryRun: "true", body }));
    expect([impact.dependents.length, impact.dependentsTruncated]).toEqual([100, true]);
  });

  it("are found by index among thousands, also under row-level security", async () => {
    const world = await registry();
    await world.given.tenant("acme");
    await world.database.query(`
      INSERT INTO registry.agent_registry (tenant_id, agent_id, id, name, current_version, owner_id, created_at, updated_at)
      SELECT 'acme', 'a' || i, gen_random_uuid(), 'A', '1.0.0', 'x', now(), now() FROM generate_series(1, 5000) i`);
    await world.database.query(`
      INSERT INTO registry.agent_dependencies
      SELECT 'acme', 'a' || i, 'acme', 'a' || (i % 1000), '*' FROM generate_series(1, 5000) i`);
    await world.database.query("ANALYZE registry.agent_registry, registry.agent_dependencies");
    const client = await world.deps.db.pool.connect();
    try {
      await client.query("BEGIN");
      await client.query(`SELECT set_config('app.tenant_id', 'globex', true), set_config('app.role', 'member', true)`);
      const { rows } = await client.query<{ "QUERY PLAN": string }>(`
        EXPLAIN SELECT d.tenant_id, d.agent_id, d.range, a.current_version, a.status FROM agent_dependencies d
        JOIN agent_registry a ON a.tenant_id = d.tenant_id AND a.agent_id = d.agent_id
        WHERE d.on_tenant = 'acme' AND d.on_agent = 'a7' ORDER BY d.tenant_id, d.agent_id LIMIT 101`);
      const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
      expect(plan).toContain("agent_dependencies_on");
      expect(plan).not.toContain("Seq Scan");
    } finally {
      await client.query("ROLLBACK");
      client.release();
    }
  });

  it("of what was published before are filled in by the migration", async () => {
    const world = await registry();
    const acme = world.as(await world.given.admin("acme"));
    await publish(world, acme, "user", { on: { helper: "^1.0.0", "globex/waver": "*", "no name": "*" } });
    await publish(world, acme, "loner");
    const query = "SELECT * FROM registry.agent_dependencies ORDER BY on_agent";
    const before = await world.database.query(query);
    expect(before).toHaveLength(2);
    const owner = new pg.Client({ connectionString: world.database.adminUrl });
    await owner.connect();
    try {
      for (const direction of ["down", "up"]) {
        const file = join(registryTrack.directory, `20241013_trackA_lifecycle.${direction}.sql`);
        await owner.query(`BEGIN; ${readFileSync(file, "utf8")}; COMMIT`);
      }
    } finally {
      await owner.end();
    }
    expect(await world.database.query(query)).toEqual(before);
    const { agent } = await unwrap(acme.getAgent({ agentId: "user" }));
    expect(agent.channels).toEqual([{ channel: "latest", version: "1.0.0", updatedAt: agent.updatedAt }]);
  });
});
