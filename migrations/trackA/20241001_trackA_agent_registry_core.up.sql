-- Track A: the agent registry. Runs as the owner of schema `registry`; the service logs in as `nofx_registry`.
--
-- Every table belongs to tenants and forces row-level security. Policies read three settings of the transaction:
-- app.tenant_id, app.subject and app.role, each inside a sub-select, so that the planner evaluates it once.

SET LOCAL search_path = registry;

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'nofx_registry') THEN
    CREATE ROLE nofx_registry NOLOGIN NOINHERIT;
  END IF;
END
$$;

GRANT USAGE ON SCHEMA registry TO nofx_registry;
GRANT SELECT ON schema_migrations TO nofx_registry;

-- Who owns things ----------------------------------------------------------------------------------------------------

CREATE TABLE tenants (
  tenant_id  text COLLATE "C" PRIMARY KEY,
  name       text NOT NULL,
  created_at timestamptz(3) NOT NULL
);

CREATE TABLE api_tokens (
  tenant_id   text COLLATE "C" NOT NULL REFERENCES tenants,
  id          uuid NOT NULL,
  name        text NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('member', 'service')),
  scopes      text[] NOT NULL,
  secret_hash bytea NOT NULL CHECK (length(secret_hash) = 32),
  created_by  text NOT NULL,
  created_at  timestamptz(3) NOT NULL,
  expires_at  timestamptz(3) NOT NULL,
  revoked_at  timestamptz(3),
  PRIMARY KEY (tenant_id, id)
);
-- Authentication looks a token up before it knows the tenant.
CREATE INDEX api_tokens_secret_hash ON api_tokens (secret_hash);

-- Agents -------------------------------------------------------------------------------------------------------------

CREATE TABLE agent_registry (
  tenant_id       text COLLATE "C" NOT NULL REFERENCES tenants,
  agent_id        text COLLATE "C" NOT NULL,
  id              uuid NOT NULL,
  name            text NOT NULL,
  description     text,
  status          text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'deprecated', 'disabled')),
  visibility      text NOT NULL DEFAULT 'private' CHECK (visibility IN ('private', 'public')),
  current_version text NOT NULL,
  capabilities    jsonb NOT NULL DEFAULT '[]',
  capability_ids  text[] NOT NULL DEFAULT '{}',
  tags            text[] NOT NULL DEFAULT '{}',
  metadata        jsonb NOT NULL DEFAULT '{}',
  owner           text GENERATED ALWAYS AS (metadata ->> 'owner') STORED,
  owner_id        text NOT NULL,
  revision        bigint NOT NULL DEFAULT 1,
  created_at      timestamptz(3) NOT NULL,
  updated_at      timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, agent_id),
  UNIQUE (tenant_id, id)
);
COMMENT ON COLUMN agent_registry.revision IS 'Grows with every change of the agent; the part of its ETag that If-Match compares';
CREATE INDEX agent_registry_own ON agent_registry (tenant_id, updated_at, agent_id);
CREATE INDEX agent_registry_public ON agent_registry (updated_at, tenant_id, agent_id) WHERE visibility = 'public';

CREATE TABLE agent_versions (
  tenant_id    text COLLATE "C" NOT NULL,
  agent_id     text COLLATE "C" NOT NULL,
  version      text COLLATE "C" NOT NULL,
  precedence   text COLLATE "C" NOT NULL,
  id           uuid NOT NULL,
  status       text NOT NULL DEFAULT 'active' CHECK (status IN ('draft', 'active', 'deprecated', 'archived')),
  digest       text NOT NULL CHECK (digest ~ '^sha256:[0-9a-f]{64}$'),
  document     text NOT NULL,
  manifest     jsonb NOT NULL GENERATED ALWAYS AS (document::jsonb -> 'manifest') STORED,
  commit_sha   text,
  published_at timestamptz(3) NOT NULL,
  published_by text NOT NULL,
  PRIMARY KEY (tenant_id, agent_id, version),
  UNIQUE (tenant_id, agent_id, precedence),
  UNIQUE (tenant_id, id),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES agent_registry
);
COMMENT ON COLUMN agent_versions.precedence IS 'Sorts by bytes as SemVer 2.0.0 section 11 orders versions';
COMMENT ON COLUMN agent_versions.document IS 'Canonical form (RFC 8785); digest is its SHA-256';

CREATE TABLE agent_files (
  tenant_id text COLLATE "C" NOT NULL,
  agent_id  text COLLATE "C" NOT NULL,
  digest    text COLLATE "C" NOT NULL CHECK (digest ~ '^sha256:[0-9a-f]{64}$'),
  content   bytea NOT NULL,
  PRIMARY KEY (tenant_id, agent_id, digest),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES agent_registry
);

-- What happened ------------------------------------------------------------------------------------------------------

CREATE TABLE audit_log (
  tenant_id      text COLLATE "C" NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  at             timestamptz(3) NOT NULL,
  actor          text NOT NULL,
  action         text NOT NULL,
  resource_type  text NOT NULL,
  resource_id    text COLLATE "C" NOT NULL,
  version        text,
  reason         text,
  details        jsonb NOT NULL DEFAULT '{}',
  correlation_id text NOT NULL,
  change_id      uuid,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX audit_log_resource ON audit_log (tenant_id, resource_type, resource_id, id);

-- Changes wait here, in the transaction that makes them, until the sequencer gives them their place in the feed.
CREATE TABLE outbox (
  tenant_id      text COLLATE "C" NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  change_id      uuid NOT NULL,
  visibility     text NOT NULL CHECK (visibility IN ('private', 'public')),
  type           text NOT NULL,
  resource_type  text NOT NULL,
  resource_id    text NOT NULL,
  version        text,
  data           jsonb NOT NULL DEFAULT '{}',
  at             timestamptz(3) NOT NULL,
  correlation_id text NOT NULL,
  PRIMARY KEY (id, tenant_id)
);

CREATE TABLE changes (
  tenant_id      text COLLATE "C" NOT NULL,
  position       bigint NOT NULL,
  change_id      uuid NOT NULL,
  visibility     text NOT NULL CHECK (visibility IN ('private', 'public')),
  type           text NOT NULL,
  resource_type  text NOT NULL,
  resource_id    text NOT NULL,
  version        text,
  data           jsonb NOT NULL DEFAULT '{}',
  at             timestamptz(3) NOT NULL,
  correlation_id text NOT NULL,
  PRIMARY KEY (position, tenant_id)
);

-- One row: the feed's identity, which changes on a restore, and the last position given out.
CREATE TABLE feed (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  epoch    text NOT NULL DEFAULT gen_random_uuid(),
  position bigint NOT NULL DEFAULT 0
);
INSERT INTO feed DEFAULT VALUES;

CREATE TABLE idempotency_keys (
  tenant_id   text COLLATE "C" NOT NULL,
  operation   text NOT NULL,
  key         text NOT NULL,
  fingerprint text NOT NULL,
  result      jsonb NOT NULL,
  expires_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, operation, key)
);
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);

-- Row-level security -------------------------------------------------------------------------------------------------

ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
CREATE POLICY tenants_read ON tenants FOR SELECT USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true))
  OR (SELECT current_setting('app.role', true)) IN ('operator', 'service'));
CREATE POLICY tenants_create ON tenants FOR INSERT WITH CHECK (
  (SELECT current_setting('app.role', true)) = 'operator');

ALTER TABLE api_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY api_tokens_own ON api_tokens USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY api_tokens_authenticate ON api_tokens FOR SELECT USING (
  (SELECT current_setting('app.role', true)) = 'service');

ALTER TABLE agent_registry ENABLE ROW LEVEL SECURITY;
ALTER TABLE agent_registry FORCE ROW LEVEL SECURITY;
CREATE POLICY agent_registry_own ON agent_registry USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY agent_registry_public ON agent_registry FOR SELECT USING (
  visibility = 'public' OR (SELECT current_setting('app.role', true)) = 'service');

ALTER TABLE agent_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE agent_versions FORCE ROW LEVEL SECURITY;
CREATE POLICY agent_versions_own ON agent_versions USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
-- Readable with its agent: the sub-select runs under agent_registry's own policies.
CREATE POLICY agent_versions_with_agent ON agent_versions FOR SELECT USING (
  EXISTS (SELECT FROM agent_registry a WHERE a.tenant_id = agent_versions.tenant_id AND a.agent_id = agent_versions.agent_id));

ALTER TABLE agent_files ENABLE ROW LEVEL SECURITY;
ALTER TABLE agent_files FORCE ROW LEVEL SECURITY;
CREATE POLICY agent_files_own ON agent_files USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY agent_files_with_agent ON agent_files FOR SELECT USING (
  EXISTS (SELECT FROM agent_registry a WHERE a.tenant_id = agent_files.tenant_id AND a.agent_id = agent_files.agent_id));

ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_log FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_log_own ON audit_log USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));

ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
CREATE POLICY outbox_own ON outbox FOR INSERT WITH CHECK (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY outbox_sequencer ON outbox USING (
  (SELECT current_setting('app.role', true)) = 'service');

ALTER TABLE changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE changes FORCE ROW LEVEL SECURITY;
CREATE POLICY changes_own_and_public ON changes FOR SELECT USING (
  visibility = 'public' OR tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY changes_sequencer ON changes USING (
  (SELECT current_setting('app.role', true)) = 'service');

ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY idempotency_keys_own ON idempotency_keys USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY idempotency_keys_housekeeping ON idempotency_keys USING (
  (SELECT current_setting('app.role', true)) = 'service');

-- What the service may do: nothing is deleted but what has served its time, and what is published never changes. -------

GRANT SELECT, INSERT ON tenants, agent_files, audit_log TO nofx_registry;
GRANT SELECT, INSERT, UPDATE (revoked_at) ON api_tokens TO nofx_registry;
GRANT SELECT, INSERT, UPDATE ON agent_registry TO nofx_registry;
GRANT SELECT, INSERT, UPDATE (status) ON agent_versions TO nofx_registry;
GRANT SELECT, INSERT, DELETE ON outbox TO nofx_registry;
GRANT SELECT, INSERT ON changes TO nofx_registry;
GRANT SELECT, UPDATE (position) ON feed TO nofx_registry;
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO nofx_registry;
