-- Track C: search over both registries. Runs as the owner of schema `search`; the service logs in as `nofx_search`.
-- Tenants are Track A's: here they are names.
--
-- Every table forces row-level security. Policies read three settings of the transaction: app.tenant_id, app.subject and
-- app.role, each inside a sub-select, so that the planner evaluates it once.

SET LOCAL search_path = search;

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'nofx_search') THEN
    CREATE ROLE nofx_search NOLOGIN NOINHERIT;
  END IF;
END
$$;

GRANT USAGE ON SCHEMA search TO nofx_search;
GRANT SELECT ON schema_migrations TO nofx_search;

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
CREATE INDEX audit_log_resource ON audit_log (tenant_id, resource_type, resource_id, at, id);
CREATE INDEX audit_log_resource_action ON audit_log (tenant_id, resource_type, resource_id, action, at, id);
CREATE INDEX audit_log_actor ON audit_log (tenant_id, actor, at, id);
CREATE INDEX audit_log_action ON audit_log (tenant_id, action, at, id);
CREATE INDEX audit_log_time ON audit_log (tenant_id, at, id);

-- Entries that wait for their place in the chain. Written with the entry, in one statement.
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

-- One row: the feed's identity, which changes on a restore, the last position given out, and the last one forgotten.
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

-- How the index keeps up ---------------------------------------------------------------------------------------------

-- The last state of every agent and template, whatever the generation of the index: what a rebuild compares with.
CREATE TABLE records (
  tenant_id  text COLLATE "C" NOT NULL,
  type       text COLLATE "C" NOT NULL CHECK (type IN ('agent', 'template')),
  id         text COLLATE "C" NOT NULL,
  visibility text COLLATE "C" NOT NULL CHECK (visibility IN ('private', 'public')),
  record     jsonb NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  reading    bigint NOT NULL,
  PRIMARY KEY (tenant_id, type, id)
);
COMMENT ON COLUMN records.reading IS 'The newest generation that it was written for; what a build did not find anew is gone at its end';
CREATE INDEX records_reading ON records (reading);

-- What a category has under it, for a change of the category itself.
CREATE TABLE record_categories (
  category  text COLLATE "C" NOT NULL,
  tenant_id text COLLATE "C" NOT NULL,
  id        text COLLATE "C" NOT NULL,
  type      text COLLATE "C" NOT NULL DEFAULT 'template' CHECK (type = 'template'),
  PRIMARY KEY (category, tenant_id, id),
  FOREIGN KEY (tenant_id, type, id) REFERENCES records ON DELETE CASCADE
);
CREATE INDEX record_categories_record ON record_categories (tenant_id, type, id);

-- What could not be read or kept.
CREATE TABLE quarantine (
  tenant_id text COLLATE "C" NOT NULL,
  type      text COLLATE "C" NOT NULL CHECK (type IN ('agent', 'template')),
  id        text COLLATE "C" NOT NULL,
  error     text NOT NULL,
  attempts  integer NOT NULL DEFAULT 1 CHECK (attempts > 0),
  since     timestamptz(3) NOT NULL,
  last_at   timestamptz(3) NOT NULL,
  reading   bigint NOT NULL,
  PRIMARY KEY (tenant_id, type, id)
);

-- What is to be read anew without a change of its own. `cause` is a change, or whatever else waits for it to be done.
CREATE TABLE pending_records (
  tenant_id text COLLATE "C" NOT NULL,
  type      text COLLATE "C" NOT NULL CHECK (type IN ('agent', 'template')),
  id        text COLLATE "C" NOT NULL,
  cause     uuid NOT NULL,
  PRIMARY KEY (type, tenant_id, id, cause)
);
CREATE INDEX pending_records_cause ON pending_records (cause);

-- Which process does what only one may do: another one takes over when its time is up. Whatever it writes locks the row.
CREATE TABLE leases (
  name       text COLLATE "C" PRIMARY KEY CHECK (name IN ('registry', 'marketplace', 'builder')),
  holder     uuid,
  held_until timestamptz(3) NOT NULL DEFAULT '-infinity'
);
INSERT INTO leases (name) VALUES ('registry'), ('marketplace'), ('builder');

-- How far either feed has been followed; written in the transaction of what it told.
CREATE TABLE sources (
  source  text COLLATE "C" PRIMARY KEY CHECK (source IN ('registry', 'marketplace')),
  cursor  text,
  has_gap boolean NOT NULL DEFAULT true,
  seen_at timestamptz(3),
  error   text
);
INSERT INTO sources (source) VALUES ('registry'), ('marketplace');
COMMENT ON COLUMN sources.cursor IS 'Where to read on; null: nobody can, everything is to be read anew';
COMMENT ON COLUMN sources.has_gap IS 'What was before the cursor is not in the index that is searched, but will be in the one that is built';
COMMENT ON COLUMN sources.seen_at IS 'What had happened by then is in the index';
COMMENT ON COLUMN sources.error IS 'Why it cannot be followed now';

-- Changes that are in the index, until `sources.seen_at` tells the same.
CREATE TABLE applied_changes (
  change_id uuid PRIMARY KEY,
  at        timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX applied_changes_at ON applied_changes (at);

-- The index, once and once more while another is built beside it.
CREATE TABLE generations (
  generation bigint PRIMARY KEY CHECK (generation > 0),
  projection integer NOT NULL,
  reason     text NOT NULL,
  is_current boolean NOT NULL DEFAULT false,
  started_at timestamptz(3) NOT NULL,
  built_at   timestamptz(3),
  retired_at timestamptz(3),
  dropped_at timestamptz(3)
);
COMMENT ON COLUMN generations.projection IS 'Version of the rules that make documents of records';
COMMENT ON COLUMN generations.built_at IS 'Null: it is being built, or was given up if it is retired';
COMMENT ON COLUMN generations.retired_at IS 'Since then it is not kept up, unless it is still searched';
COMMENT ON COLUMN generations.dropped_at IS 'Its documents are gone; the row stays, so that no number is given out twice';
CREATE UNIQUE INDEX generations_current ON generations (is_current) WHERE is_current;

-- How far a generation that is built has come with listing a source.
CREATE TABLE listings (
  generation bigint NOT NULL REFERENCES generations,
  source     text COLLATE "C" NOT NULL REFERENCES sources,
  cursor     text,
  done_at    timestamptz(3),
  PRIMARY KEY (generation, source)
);

-- Row-level security -------------------------------------------------------------------------------------------------

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

ALTER TABLE records ENABLE ROW LEVEL SECURITY;
ALTER TABLE records FORCE ROW LEVEL SECURITY;
CREATE POLICY records_own_and_public ON records FOR SELECT USING (
  visibility = 'public' OR tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY records_indexing ON records USING (
  (SELECT current_setting('app.role', true)) = 'service');

ALTER TABLE record_categories ENABLE ROW LEVEL SECURITY;
ALTER TABLE record_categories FORCE ROW LEVEL SECURITY;
CREATE POLICY record_categories_indexing ON record_categories USING (
  (SELECT current_setting('app.role', true)) = 'service');

ALTER TABLE quarantine ENABLE ROW LEVEL SECURITY;
ALTER TABLE quarantine FORCE ROW LEVEL SECURITY;
CREATE POLICY quarantine_indexing ON quarantine USING (
  (SELECT current_setting('app.role', true)) = 'service');

ALTER TABLE pending_records ENABLE ROW LEVEL SECURITY;
ALTER TABLE pending_records FORCE ROW LEVEL SECURITY;
CREATE POLICY pending_records_indexing ON pending_records USING (
  (SELECT current_setting('app.role', true)) = 'service');

-- What the service may do: nothing is deleted but what has served its time. --------------------------------------------

GRANT SELECT, INSERT ON audit_log, audit_chain TO nofx_search;
GRANT SELECT, INSERT, DELETE ON audit_unsealed, outbox, changes TO nofx_search;
GRANT SELECT, UPDATE (position, epoch, pruned_to) ON feed TO nofx_search;
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO nofx_search;
GRANT SELECT, INSERT, UPDATE, DELETE ON records, quarantine, listings TO nofx_search;
GRANT SELECT, INSERT, UPDATE ON generations TO nofx_search;
GRANT SELECT, INSERT, DELETE ON record_categories, pending_records, applied_changes TO nofx_search;
GRANT SELECT, UPDATE (holder, held_until) ON leases TO nofx_search;
GRANT SELECT, UPDATE (cursor, has_gap, seen_at, error) ON sources TO nofx_search;

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
