-- The tables that the kit works on, as a track has them, and one table of the track's own.

SET LOCAL search_path = kit;

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kit_service') THEN
    CREATE ROLE kit_service NOLOGIN NOINHERIT;
  END IF;
END
$$;

GRANT USAGE ON SCHEMA kit TO kit_service;
GRANT SELECT ON schema_migrations TO kit_service;

CREATE TABLE notes (
  tenant_id  text COLLATE "C" NOT NULL,
  id         text COLLATE "C" NOT NULL,
  body       text NOT NULL,
  visibility text NOT NULL DEFAULT 'private' CHECK (visibility IN ('private', 'public')),
  PRIMARY KEY (tenant_id, id)
);

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
CREATE INDEX audit_log_time ON audit_log (tenant_id, at, id);

CREATE TABLE audit_unsealed (
  tenant_id text COLLATE "C" NOT NULL,
  audit_id  bigint NOT NULL,
  PRIMARY KEY (audit_id, tenant_id)
);

CREATE TABLE audit_chain (
  tenant_id     text COLLATE "C" NOT NULL,
  position      bigint NOT NULL,
  audit_id      bigint NOT NULL,
  previous_hash text COLLATE "C" NOT NULL,
  hash          text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_id, position),
  UNIQUE (tenant_id, audit_id)
);

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
  only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  epoch     text NOT NULL DEFAULT gen_random_uuid(),
  position  bigint NOT NULL DEFAULT 0,
  pruned_to bigint NOT NULL DEFAULT 0
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

ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE notes FORCE ROW LEVEL SECURITY;
CREATE POLICY notes_own ON notes USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY notes_public ON notes FOR SELECT USING (
  visibility = 'public' OR (SELECT current_setting('app.role', true)) = 'service');

ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_log FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_log_own ON audit_log USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));

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

GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO kit_service;
GRANT SELECT, INSERT ON audit_log, audit_chain TO kit_service;
GRANT SELECT, INSERT, DELETE ON audit_unsealed TO kit_service;
GRANT SELECT, INSERT, DELETE ON outbox TO kit_service;
GRANT SELECT, INSERT, DELETE ON changes TO kit_service;
GRANT SELECT, UPDATE (position, epoch, pruned_to) ON feed TO kit_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO kit_service;
