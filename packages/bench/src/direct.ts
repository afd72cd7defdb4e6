import { randomUUID } from "node:crypto";
import { toPublication } from "@nofx/manifest";
import { precedenceKey } from "@nofx/versioning";
import pg from "pg";
import type { Manifest } from "./content.ts";

/** Writes what a publish writes, past the service. */
export interface DirectWriter extends AsyncDisposable {
  /** Everything that can be computed before the transaction. */
  prepare(this: void, manifest: Manifest): Prepared;
  write(this: void, item: Prepared): Promise<boolean>;
}

type Prepared = readonly pg.QueryConfig[];

/** As the tenant of the benchmark does. */
const tenant = "bench";

const settings: pg.QueryConfig = {
  name: "settings",
  text: "SELECT set_config('app.tenant_id', $1, true), set_config('app.subject', $2, true), set_config('app.role', $3, true)",
  values: [tenant, "direct", "member"],
};

const lock = (agentId: string): pg.QueryConfig => ({
  name: "lock",
  text: "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
  values: [`agent ${tenant}/${agentId}`],
});

const agent = (manifest: Manifest): pg.QueryConfig => ({
  name: "agent",
  text: `INSERT INTO agent_registry (tenant_id, agent_id, id, name, description, current_version, capabilities, capability_ids, tags, metadata, owner_id, created_at, updated_at, current_since, published_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'direct', now(), now(), now(), now())
    ON CONFLICT (tenant_id, agent_id) DO UPDATE SET name = excluded.name, description = excluded.description,
      current_version = excluded.current_version, capabilities = excluded.capabilities, capability_ids = excluded.capability_ids,
      tags = excluded.tags, metadata = excluded.metadata, revision = agent_registry.revision + 1, updated_at = excluded.updated_at, current_since = excluded.current_since,
      published_at = excluded.published_at
    RETURNING *`,
  values: [
    tenant,
    manifest.agentId,
    randomUUID(),
    manifest.name,
    manifest.description,
    manifest.version,
    JSON.stringify(manifest.capabilities ?? []),
    (manifest.capabilities ?? []).map(({ id }) => id),
    manifest.tags ?? [],
    JSON.stringify(manifest.metadata ?? {}),
  ],
});

const version = ({ document, digest, text }: ReturnType<typeof toPublication>): pg.QueryConfig => ({
  name: "version",
  text: `INSERT INTO agent_versions (tenant_id, agent_id, version, precedence, id, digest, document, published_at, published_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, now(), 'direct') RETURNING id, status, published_at`,
  values: [tenant, document.agentId, document.version, precedenceKey(document.version), randomUUID(), digest, text],
});

const happened = (manifest: Manifest): pg.QueryConfig => ({
  name: "happened",
  text: `WITH change AS (
      INSERT INTO outbox (change_id, tenant_id, visibility, type, resource_type, resource_id, version, data, at, correlation_id)
      VALUES ($1, $2, 'private', 'agent.version_published', 'agent', $3, $4, $5, now(), 'direct')),
    entry AS (INSERT INTO audit_log (tenant_id, at, actor, action, resource_type, resource_id, version, details, correlation_id, change_id)
    VALUES ($2, now(), 'direct', 'agent.version_published', 'agent', $3, $4, $5, 'direct', $1) RETURNING tenant_id, id)
    INSERT INTO audit_unsealed (tenant_id, audit_id) SELECT tenant_id, id FROM entry`,
  values: [
    randomUUID(),
    tenant,
    manifest.agentId,
    manifest.version,
    JSON.stringify({ currentVersion: manifest.version, visibility: "private" }),
  ],
});

/** A pool of connections that writes each publication in one transaction of five prepared statements. */
export const openDirectWriter = async (url: string, connections: number): Promise<DirectWriter> => {
  const pool = new pg.Pool({ connectionString: url, max: connections });
  return {
    prepare: (given) => {
      const manifest = { ...given, agentId: `direct-${given.agentId}` };
      const publication = toPublication(manifest as Parameters<typeof toPublication>[0]);
      return [settings, lock(manifest.agentId), agent(manifest), version(publication), happened(manifest)];
    },
    write: async (item) => {
      const client = await pool.connect();
      try {
        await client.query("BEGIN");
        for (const statement of item) await client.query(statement);
        await client.query("COMMIT");
        return true;
      } catch (error) {
        await client.query("ROLLBACK");
        throw error;
      } finally {
        client.release();
      }
    },
    [Symbol.asyncDispose]: () => pool.end(),
  };
};
