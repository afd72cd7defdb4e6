import { readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { describe, expect, it } from "vitest";
import { readEnv, registryTrack, startRegistry } from "../src/index.ts";
import { registry } from "./registry.ts";

describe("the database", () => {
  it("forces row-level security on every table of tenants", async () => {
    const { database } = await registry();
    const open = await database.query(`
      SELECT c.relname FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
      WHERE c.relnamespace = 'registry'::regnamespace AND c.relkind IN ('r', 'p')
        AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`);
    expect(open).toEqual([]);
  });

  it("has tenant_id in every unique key and foreign key of those tables", async () => {
    const { database } = await registry();
    const keys = await database.query(`
      SELECT conname FROM pg_constraint k
      JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attname = 'tenant_id'
      WHERE k.connamespace = 'registry'::regnamespace AND k.contype IN ('p', 'u', 'f') AND NOT a.attnum = ANY (k.conkey)`);
    expect(keys).toEqual([]);
  });

  it("shows the service's role nothing without a tenant's settings", async () => {
    const { as, given, deps } = await registry();
    const manifest = { entryPrompt: "prompts/system.md", dependencies: { agents: { helper: "*" } } };
    const alice = as(await given.publisher());
    await alice.publishAgent({ body: given.manifest({ manifest, capabilities: [] }) });
    await alice.setChannel({ agentId: "greeter", channel: "beta", body: { version: "1.0.0" } });
    for (const table of [
      "agent_registry",
      "agent_labels",
      "agent_versions",
      "agent_files",
      "agent_channels",
      "agent_dependencies",
      "audit_log",
      "audit_unsealed",
      "audit_chain",
      "api_tokens",
      "trusted_publishers",
      "tenants",
      "outbox",
      "changes",
      "webhooks",
      "webhook_deliveries",
    ]) {
      expect((await deps.db.pool.query(`SELECT FROM ${table}`)).rowCount).toBe(0);
    }
  });

  it("lets audit entries of before the chain wait for their seals, also if its owner is bound by row-level security", async () => {
    const { as, given, database } = await registry();
    await as(await given.publisher()).publishAgent({ body: given.manifest() });
    const step = (way: "up" | "down") =>
      readFile(join(registryTrack.directory, `20241014_trackA_audit_chain.${way}.sql`), "utf8");
    const client = new pg.Client({ connectionString: database.adminUrl });
    await client.connect();
    try {
      await client.query("BEGIN");
      await client.query(await step("down"));
      await client.query(`CREATE ROLE "owner of ${client.database}"`);
      await client.query(`GRANT ALL ON SCHEMA registry TO "owner of ${client.database}"`);
      await client.query(`ALTER TABLE registry.audit_log OWNER TO "owner of ${client.database}"`);
      await client.query(`SET LOCAL ROLE "owner of ${client.database}"`);
      await client.query(await step("up"));
      await client.query("RESET ROLE");
      const { rows } = await client.query(`
        SELECT count(*)::int AS entries, count(audit_id)::int AS waiting
        FROM registry.audit_log LEFT JOIN registry.audit_unsealed ON audit_id = id`);
      expect(rows).toEqual([{ entries: 3, waiting: 3 }]);
    } finally {
      await client.query("ROLLBACK");
      await client.end();
    }
  });

  it("must be used with a role that row-level security binds, or the service does not start", async () => {
    const { database } = await registry();
    const env = readEnv({ DATABASE_URL: database.adminUrl, PORT: "0", LOG_LEVEL: "silent" });
    await expect(startRegistry(env)).rejects.toThrow(/superuser/);
  });

  it("is part of readiness, with its migrations", async () => {
    const { fetch, database } = await registry();
    const ready = async () => {
      const response = await fetch("http://registry.test/health/ready");
      return [response.status, await response.json()];
    };
    expect(await ready()).toMatchObject([
      200,
      { status: "ok", service: "registry", checks: { database: { status: "ok" }, migrations: { status: "ok" } } },
    ]);
    await database.query("DELETE FROM registry.schema_migrations");
    expect((await ready())[0]).toBe(503);
  });
});

describe("the environment", () => {
  it("is read with every problem at once", () => {
    const wrong = {
      DATABASE_URL: "mysql://x",
      PORT: "http",
      BOOTSTRAP_TOKEN: "short",
      OIDC_ISSUERS: "{",
      WEBHOOK_ALLOW: "10.0.0.0/99",
    };
    expect(() => readEnv(wrong)).toThrow(
      /DATABASE_URL[\s\S]*PORT[\s\S]*BOOTSTRAP_TOKEN[\s\S]*OIDC_ISSUERS: is not JSON[\s\S]*WEBHOOK_ALLOW: "10.0.0.0\/99"/,
    );
  });
});
