import { describe, expect, it } from "vitest";
import { readEnv, startRegistry } from "../src/index.ts";
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
      "agent_versions",
      "agent_files",
      "agent_channels",
      "agent_dependencies",
      "audit_log",
      "api_tokens",
      "trusted_publishers",
      "tenants",
      "outbox",
      "changes",
    ]) {
      expect((await deps.db.pool.query(`SELECT FROM ${table}`)).rowCount).toBe(0);
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
    expect(await ready()).toEqual([
      200,
      { status: "ok", checks: { database: { status: "ok" }, migrations: { status: "ok" } } },
    ]);
    await database.query("DELETE FROM registry.schema_migrations");
    expect((await ready())[0]).toBe(503);
  });
});

describe("the environment", () => {
  it("is read with every problem at once", () => {
    const wrong = { DATABASE_URL: "mysql://x", PORT: "http", BOOTSTRAP_TOKEN: "short", OIDC_ISSUERS: "{" };
    expect(() => readEnv(wrong)).toThrow(
      /DATABASE_URL[\s\S]*PORT[\s\S]*BOOTSTRAP_TOKEN[\s\S]*OIDC_ISSUERS: is not JSON/,
    );
  });
});
