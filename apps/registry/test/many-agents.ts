import type { TestDatabase } from "@nofx/testkit";

const words =
  `review code security audit pull request release notes changelog draft email customer support triage ticket
incident response log alert deploy rollback test coverage dependency upgrade scan licence contract clause invoice finance
report forecast budget cost cloud data quality schema migrate query table warehouse dashboard summary meeting minutes
action slack digest channel translate language glossary accessibility contrast screen design api endpoint prompt model
agent tool memory vector search rank answer question page wiki onboarding guide employee resume interview plan roadmap
product competitor brief market social campaign keyword image caption video transcript speech voice call route fleet
order refund payment fraud risk policy write`.split(/\s+/);

/** Of the number of agents, each tenant has a share that falls with the fourth power, and so have tags, owners and the like. */
const agents = (count: number): string => `
  SELECT setseed(0.42);
  INSERT INTO tenants SELECT 't' || n, 'Tenant ' || n, '2026-01-01' FROM generate_series(1, 40) n;
  INSERT INTO agent_registry (tenant_id, agent_id, id, name, description, status, visibility, current_version,
    capabilities, capability_ids, tags, metadata, model, owner_id, created_at, updated_at, published_at)
  SELECT 't' || among(r[1], 40, 4), 'agent-' || n, gen_random_uuid(), initcap(word[among(r[2], cardinality(word), 1.5)])
      || ' ' || word[among(r[3], cardinality(word), 1)] || ' ' || n,
    concat_ws(' ', 'Helps to', word[among(r[4], cardinality(word), 1.2)], 'the', word[among(r[5], cardinality(word), 1.2)],
      'and to', word[among(r[6], cardinality(word), 1.2)], 'every', word[among(r[7], cardinality(word), 1.2)], 'by hand.'),
    CASE WHEN n % 50 = 0 THEN 'disabled' WHEN n % 20 = 0 THEN 'deprecated' ELSE 'active' END,
    CASE WHEN n % 10 = 1 THEN 'public' ELSE 'private' END, '1.0.0',
    jsonb_build_array(jsonb_build_object('id', can, 'label', 'Can ' || can)), ARRAY[can],
    ARRAY['tag-' || among(r[8], 3000, 4), 'area-' || among(r[9], 50, 2)],
    jsonb_build_object('owner', 'team-' || among(r[10], 500, 3)), 'model-' || among(r[11], 20, 3), 'token:x',
    published, published + r[12] * interval '1 day', published
  FROM (SELECT n, '2026-01-01'::timestamptz + n * interval '5 minutes' AS published,
               ARRAY(SELECT random() + 0 * n FROM generate_series(1, 13)) AS r,
               string_to_array('${words.join(" ")}', ' ') AS word
        FROM generate_series(1, ${count}) n) s,
  LATERAL (SELECT 'can-' || among(r[13], 2000, 4) AS can) c;`;

/** One agent with many versions; for each agent an audit entry and a change; tokens and tenants as many as agents. */
const history = (count: number): string => `
  INSERT INTO agent_versions (tenant_id, agent_id, version, precedence, id, digest, document, published_at, published_by)
  SELECT a.tenant_id, a.agent_id, '1.' || n || '.0', to_char(n, '000000'), gen_random_uuid(), 'sha256:' || repeat('0', 64),
    '{"manifest":{}}', a.published_at, 'token:x'
  FROM agent_registry a, generate_series(1, ${count} / 10) n WHERE a.agent_id = 'agent-1';
  INSERT INTO audit_log (tenant_id, at, actor, action, resource_type, resource_id, correlation_id)
  SELECT tenant_id, updated_at, 'token:x', 'agent.version_published', 'agent', agent_id, 'c' FROM agent_registry;
  INSERT INTO audit_log (tenant_id, at, actor, action, resource_type, resource_id, correlation_id)
  SELECT a.tenant_id, a.updated_at, 'token:x', 'agent.version_published', 'agent', a.agent_id, 'c'
  FROM agent_registry a, generate_series(1, ${count} / 10) n WHERE a.agent_id = 'agent-1';
  INSERT INTO audit_chain (tenant_id, position, audit_id, previous_hash, hash)
  SELECT tenant_id, row_number() OVER (PARTITION BY tenant_id ORDER BY id), id, none, none
  FROM audit_log, (SELECT 'sha256:' || repeat('0', 64)) hashes (none);
  INSERT INTO changes (tenant_id, position, change_id, visibility, type, resource_type, resource_id, at, correlation_id)
  SELECT tenant_id, n, id, visibility, 'agent.version_published', 'agent', agent_id, now() - (${count} - n) * interval '1 second', 'c'
  FROM (SELECT *, row_number() OVER (ORDER BY updated_at) AS n FROM agent_registry) a;
  UPDATE feed SET position = ${count};
  INSERT INTO api_tokens (tenant_id, id, name, kind, scopes, secret_hash, created_by, created_at, expires_at)
  SELECT 't' || (1 + n % 40), gen_random_uuid(), 'token ' || n, 'member', '{agents:read}', sha256(n::text::bytea), 'x',
    '2026-01-01'::timestamptz + n * interval '1 minute', '2030-01-01'
  FROM generate_series(1, ${count}) n;
  INSERT INTO tenants SELECT 'x' || n, 'Tenant', '2026-01-01' FROM generate_series(1, ${count}) n;`;

const helpers = `
  CREATE FUNCTION pg_temp.among(r float8, total int, skew float8) RETURNS int LANGUAGE sql IMMUTABLE
    RETURN 1 + floor(total * power(r, skew))::int;`;

/**
 * Fills a database with agents and what belongs to them, behind the service's back but through the triggers. Indexes of
 * the tables that these keep are made afterwards, which takes a fraction of the time.
 */
export const fill = async (database: TestDatabase, count: number): Promise<void> => {
  const indexes = await database.query<{ name: string; definition: string }>(`
    SELECT indexname AS name, indexdef AS definition FROM pg_indexes
    WHERE schemaname = 'registry' AND tablename IN ('agent_labels', 'agent_search') AND indexname NOT LIKE '%_pkey'`);
  await database.query(`
    SET search_path = registry; SET maintenance_work_mem = '256MB'; SET work_mem = '64MB'; SET jit = off;
    ${helpers}
    DROP INDEX ${indexes.map(({ name }) => name).join(", ")};
    ${agents(count).replaceAll("among(", "pg_temp.among(")}
    ${history(count)}
    ${indexes.map(({ definition }) => definition).join(";")}`);
  // Without a visibility map index-only scans would look at the rows all the same.
  await database.query("VACUUM ANALYZE");
};
