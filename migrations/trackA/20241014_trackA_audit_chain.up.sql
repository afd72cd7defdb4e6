-- Each tenant's audit log becomes a chain: every entry gets a place without gaps, and a hash over itself and the hash
-- before. Entries are sealed after their commit, in batches, so that writers never wait for each other.

SET LOCAL search_path = registry;

-- Entries that wait for their place. Written with the entry, in one statement.
CREATE TABLE audit_unsealed (
  tenant_id text COLLATE "C" NOT NULL,
  audit_id  bigint NOT NULL,
  PRIMARY KEY (audit_id, tenant_id)
);

-- No foreign key: the chain must be able to tell of an entry that is gone.
CREATE TABLE audit_chain (
  tenant_id     text COLLATE "C" NOT NULL,
  position      bigint NOT NULL CHECK (position > 0),
  audit_id      bigint NOT NULL,
  previous_hash text COLLATE "C" NOT NULL CHECK (previous_hash ~ '^sha256:[0-9a-f]{64}$'),
  hash          text COLLATE "C" NOT NULL CHECK (hash ~ '^sha256:[0-9a-f]{64}$'),
  PRIMARY KEY (tenant_id, position),
  UNIQUE (tenant_id, audit_id)
);
COMMENT ON COLUMN audit_chain.hash IS 'SHA-256 over the canonical form (RFC 8785) of tenant, position, previous hash and entry';

-- The log is read newest first, by time: ids grow with time only roughly.
DROP INDEX audit_log_resource;
CREATE INDEX audit_log_resource ON audit_log (tenant_id, resource_type, resource_id, at, id);
CREATE INDEX audit_log_actor ON audit_log (tenant_id, actor, at, id);
CREATE INDEX audit_log_action ON audit_log (tenant_id, action, at, id);
CREATE INDEX audit_log_time ON audit_log (tenant_id, at, id);

-- Row-level security -------------------------------------------------------------------------------------------------

-- The sealing, too, sees one tenant's log at a time. A second policy ("or the service") would become a filter of every
-- statement on the log; the planner would expect it to leave next to nothing, and sort everything it finds.

ALTER TABLE audit_unsealed ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_unsealed FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_unsealed_write ON audit_unsealed FOR INSERT WITH CHECK (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY audit_unsealed_read ON audit_unsealed FOR SELECT USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY audit_unsealed_sealing ON audit_unsealed USING (
  (SELECT current_setting('app.role', true)) = 'service');

ALTER TABLE audit_chain ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_chain FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_chain_own ON audit_chain FOR SELECT USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY audit_chain_sealing ON audit_chain FOR INSERT WITH CHECK (
  (SELECT current_setting('app.role', true)) = 'service' AND tenant_id = (SELECT current_setting('app.tenant_id', true)));

GRANT SELECT, INSERT, DELETE ON audit_unsealed TO nofx_registry;
GRANT SELECT, INSERT ON audit_chain TO nofx_registry;

-- What was written before is sealed too, by the service. Row-level security binds the owner who migrates as well.
SELECT set_config('app.role', 'service', true);
ALTER TABLE audit_log NO FORCE ROW LEVEL SECURITY;
INSERT INTO audit_unsealed (tenant_id, audit_id) SELECT tenant_id, id FROM audit_log;
ALTER TABLE audit_log FORCE ROW LEVEL SECURITY;
SELECT set_config('app.role', '', true);

-- Grants keep services from changing entries; this keeps everybody else from doing so by mistake. -----------------------

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_chain_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_chain
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
