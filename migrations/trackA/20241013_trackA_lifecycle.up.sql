-- Lifecycle of agents and versions, channels, and who depends on whom.

SET LOCAL search_path = registry;

-- What is filled in below concerns every tenant's rows; an owner that is no superuser would see none of them.
ALTER TABLE agent_registry NO FORCE ROW LEVEL SECURITY;
ALTER TABLE agent_versions NO FORCE ROW LEVEL SECURITY;

-- Status -------------------------------------------------------------------------------------------------------------

ALTER TABLE agent_registry
  ADD COLUMN status_reason    text CHECK (char_length(status_reason) <= 500),
  ADD COLUMN deprecated_at    timestamptz(3),
  ADD COLUMN successor_tenant text COLLATE "C",
  ADD COLUMN successor_agent  text COLLATE "C",
  ADD COLUMN current_since    timestamptz(3) NOT NULL DEFAULT now(),
  ADD CHECK ((successor_tenant IS NULL) = (successor_agent IS NULL)),
  ADD CHECK (deprecated_at IS NOT NULL OR successor_agent IS NULL);
COMMENT ON COLUMN agent_registry.current_since IS 'When current_version last moved';
UPDATE agent_registry SET current_since = updated_at;

ALTER TABLE agent_versions
  ADD COLUMN status_reason text CHECK (char_length(status_reason) <= 500),
  ADD COLUMN deprecated_at timestamptz(3),
  ADD COLUMN successor     text COLLATE "C",
  ADD CHECK (deprecated_at IS NOT NULL OR successor IS NULL),
  ADD FOREIGN KEY (tenant_id, agent_id, successor) REFERENCES agent_versions (tenant_id, agent_id, version);

-- Channels -----------------------------------------------------------------------------------------------------------

CREATE TABLE agent_channels (
  tenant_id  text COLLATE "C" NOT NULL,
  agent_id   text COLLATE "C" NOT NULL,
  channel    text COLLATE "C" NOT NULL CHECK (channel ~ '^[a-z][a-z0-9-]{0,31}$' AND channel <> 'latest'),
  version    text COLLATE "C" NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  updated_by text NOT NULL,
  PRIMARY KEY (tenant_id, agent_id, channel),
  FOREIGN KEY (tenant_id, agent_id, version) REFERENCES agent_versions (tenant_id, agent_id, version)
);

-- Who depends on whom ------------------------------------------------------------------------------------------------

-- Derived from the current version, as name and tags are. A table and not an array in agent_registry: under row-level
-- security the planner uses no GIN index, because the operators of arrays are not leakproof; those of text are.
CREATE TABLE agent_dependencies (
  tenant_id text COLLATE "C" NOT NULL,
  agent_id  text COLLATE "C" NOT NULL,
  on_tenant text COLLATE "C" NOT NULL,
  on_agent  text COLLATE "C" NOT NULL,
  range     text NOT NULL,
  PRIMARY KEY (tenant_id, agent_id, on_tenant, on_agent, range),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES agent_registry
);
COMMENT ON TABLE agent_dependencies IS 'manifest.dependencies.agents of each current version; what it names need not exist';
CREATE INDEX agent_dependencies_on ON agent_dependencies (on_tenant, on_agent, tenant_id, agent_id);

INSERT INTO agent_dependencies (tenant_id, agent_id, on_tenant, on_agent, range)
SELECT DISTINCT a.tenant_id, a.agent_id,
       coalesce(substring(d.key FROM '^([^/]+)/'), a.tenant_id), substring(d.key FROM '([^/]+)$'), d.value
FROM agent_registry a
JOIN agent_versions v ON v.tenant_id = a.tenant_id AND v.agent_id = a.agent_id AND v.version = a.current_version
CROSS JOIN LATERAL jsonb_each_text(
  CASE jsonb_typeof(v.manifest #> '{dependencies,agents}') WHEN 'object' THEN v.manifest #> '{dependencies,agents}' ELSE '{}' END) d
WHERE d.key ~ '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?/)?[a-z0-9]([a-z0-9._-]{0,126}[a-z0-9])?$';

-- The history of one kind of event, such as rollbacks.
CREATE INDEX audit_log_resource_action ON audit_log (tenant_id, resource_type, resource_id, action, at, id);

-- Row-level security -------------------------------------------------------------------------------------------------

ALTER TABLE agent_registry FORCE ROW LEVEL SECURITY;
ALTER TABLE agent_versions FORCE ROW LEVEL SECURITY;

-- A disabled agent is there for its own tenant only.
DROP POLICY agent_registry_public ON agent_registry;
CREATE POLICY agent_registry_public ON agent_registry FOR SELECT USING (
  (visibility = 'public' AND status <> 'disabled') OR (SELECT current_setting('app.role', true)) = 'service');

-- So is a draft: it is not released yet.
DROP POLICY agent_versions_with_agent ON agent_versions;
CREATE POLICY agent_versions_with_agent ON agent_versions FOR SELECT USING (
  (status <> 'draft' OR (SELECT current_setting('app.role', true)) = 'service')
  AND EXISTS (SELECT FROM agent_registry a WHERE a.tenant_id = agent_versions.tenant_id AND a.agent_id = agent_versions.agent_id));

ALTER TABLE agent_channels ENABLE ROW LEVEL SECURITY;
ALTER TABLE agent_channels FORCE ROW LEVEL SECURITY;
CREATE POLICY agent_channels_own ON agent_channels USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY agent_channels_with_agent ON agent_channels FOR SELECT USING (
  EXISTS (SELECT FROM agent_registry a WHERE a.tenant_id = agent_channels.tenant_id AND a.agent_id = agent_channels.agent_id));

ALTER TABLE agent_dependencies ENABLE ROW LEVEL SECURITY;
ALTER TABLE agent_dependencies FORCE ROW LEVEL SECURITY;
CREATE POLICY agent_dependencies_own ON agent_dependencies USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY agent_dependencies_with_agent ON agent_dependencies FOR SELECT USING (
  EXISTS (SELECT FROM agent_registry a WHERE a.tenant_id = agent_dependencies.tenant_id AND a.agent_id = agent_dependencies.agent_id));

-- A channel is a pointer, and dependencies are derived: both may go. What is published stays.
GRANT UPDATE (status_reason, deprecated_at, successor) ON agent_versions TO nofx_registry;
GRANT SELECT, INSERT, UPDATE (version, updated_at, updated_by), DELETE ON agent_channels TO nofx_registry;
GRANT SELECT, INSERT, DELETE ON agent_dependencies TO nofx_registry;
