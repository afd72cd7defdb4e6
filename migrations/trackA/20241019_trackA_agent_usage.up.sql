-- How agents are used in runs of templates, as the template marketplace's feed tells it.

SET LOCAL search_path = registry;

-- How far the feed has been read. One row.
CREATE TABLE usage_source (
  only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  cursor     text,
  read_at    timestamptz(3),
  holder     uuid,
  held_until timestamptz(3) NOT NULL DEFAULT '-infinity'
);
COMMENT ON COLUMN usage_source.cursor IS 'Where to read on; null: everything is to be read anew';
COMMENT ON COLUMN usage_source.read_at IS 'What the marketplace had told by then is in agent_usage_days';
COMMENT ON COLUMN usage_source.holder IS 'The process that reads; another one may when its time is up';
INSERT INTO usage_source DEFAULT VALUES;

-- No key of agents: figures may come before the agent does.
CREATE TABLE agent_usage_days (
  tenant_id   text COLLATE "C" NOT NULL,
  agent_id    text COLLATE "C" NOT NULL,
  version     text COLLATE "C" NOT NULL,
  day         date NOT NULL,
  is_sample   boolean NOT NULL,
  succeeded   bigint NOT NULL,
  failed      bigint NOT NULL,
  cancelled   bigint NOT NULL,
  invalid     bigint NOT NULL,
  duration_ms bigint NOT NULL,
  last_at     timestamptz(3) NOT NULL,
  reading     uuid,
  PRIMARY KEY (tenant_id, agent_id, version, day, is_sample)
);
COMMENT ON COLUMN agent_usage_days.day IS 'UTC';
COMMENT ON COLUMN agent_usage_days.duration_ms IS 'Sum over the runs that succeeded';
COMMENT ON COLUMN agent_usage_days.reading IS 'In which reading of everything it came; null: by the feed';

ALTER TABLE agent_usage_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE agent_usage_days FORCE ROW LEVEL SECURITY;
CREATE POLICY agent_usage_days_reader ON agent_usage_days USING (
  (SELECT current_setting('app.role', true)) = 'service');
CREATE POLICY agent_usage_days_own ON agent_usage_days FOR SELECT USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
-- For everybody who may read the version: the sub-select runs under the policies of agent_versions.
CREATE POLICY agent_usage_days_with_version ON agent_usage_days FOR SELECT USING ((
  SELECT v.version FROM agent_versions v
  WHERE v.tenant_id = agent_usage_days.tenant_id AND v.agent_id = agent_usage_days.agent_id
    AND v.version = agent_usage_days.version) IS NOT NULL);

GRANT SELECT, INSERT, UPDATE, DELETE ON agent_usage_days TO nofx_registry;
GRANT SELECT, UPDATE (cursor, read_at, holder, held_until) ON usage_source TO nofx_registry;
