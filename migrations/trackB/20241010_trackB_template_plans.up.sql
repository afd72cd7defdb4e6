-- What dependencies of versions have been resolved to, and what became of the versions' tests.

SET LOCAL search_path = marketplace;

CREATE TABLE template_locks (
  tenant_id   text COLLATE "C" NOT NULL,
  template_id text COLLATE "C" NOT NULL,
  version     text COLLATE "C" NOT NULL,
  environment text COLLATE "C" NOT NULL DEFAULT '',
  -- Canonical (RFC 8785): the digest is of these bytes.
  lock        text NOT NULL,
  digest      text COLLATE "C" NOT NULL CHECK (digest ~ '^sha256:[0-9a-f]{64}$'),
  visibility  text NOT NULL CHECK (visibility IN ('private', 'public')),
  locked_at   timestamptz(3) NOT NULL,
  locked_by   text NOT NULL,
  PRIMARY KEY (tenant_id, template_id, version, environment),
  FOREIGN KEY (tenant_id, template_id, version) REFERENCES template_versions (tenant_id, template_id, version)
);
COMMENT ON COLUMN template_locks.visibility IS 'public: when it was made, everybody could read of everything in it';

-- What is in the locks, to be found from there. What it names is kept, whatever becomes of that.
CREATE TABLE template_lock_entries (
  tenant_id   text COLLATE "C" NOT NULL,
  template_id text COLLATE "C" NOT NULL,
  version     text COLLATE "C" NOT NULL,
  environment text COLLATE "C" NOT NULL,
  kind        text COLLATE "C" NOT NULL CHECK (kind IN ('agent', 'template')),
  on_tenant   text COLLATE "C" NOT NULL,
  on_id       text COLLATE "C" NOT NULL,
  on_version  text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_id, template_id, version, environment, kind, on_tenant, on_id),
  FOREIGN KEY (tenant_id, template_id, version, environment) REFERENCES template_locks ON DELETE CASCADE
);
CREATE INDEX template_lock_entries_on
  ON template_lock_entries (kind, on_tenant, on_id, tenant_id, template_id, version, environment);

CREATE TABLE template_test_reports (
  tenant_id   text COLLATE "C" NOT NULL,
  template_id text COLLATE "C" NOT NULL,
  version     text COLLATE "C" NOT NULL,
  report      text NOT NULL,
  passed      integer NOT NULL CHECK (passed >= 0),
  failed      integer NOT NULL CHECK (failed >= 0),
  visibility  text NOT NULL CHECK (visibility IN ('private', 'public')),
  tested_at   timestamptz(3) NOT NULL,
  tested_by   text NOT NULL,
  PRIMARY KEY (tenant_id, template_id, version),
  FOREIGN KEY (tenant_id, template_id, version) REFERENCES template_versions (tenant_id, template_id, version)
);
COMMENT ON COLUMN template_test_reports.visibility IS 'public: everybody could read of all agents that the tests ran with';

-- Row-level security: one's own, and what is public of versions that can be read. The sub-selects run under the policies
-- of the tables that they name.
ALTER TABLE template_locks ENABLE ROW LEVEL SECURITY;
ALTER TABLE template_locks FORCE ROW LEVEL SECURITY;
CREATE POLICY template_locks_own ON template_locks USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY template_locks_with_version ON template_locks FOR SELECT USING (
  visibility = 'public' AND EXISTS (
    SELECT FROM template_versions v
    WHERE v.tenant_id = template_locks.tenant_id AND v.template_id = template_locks.template_id
      AND v.version = template_locks.version));

ALTER TABLE template_lock_entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE template_lock_entries FORCE ROW LEVEL SECURITY;
CREATE POLICY template_lock_entries_own ON template_lock_entries USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY template_lock_entries_with_lock ON template_lock_entries FOR SELECT USING (
  EXISTS (
    SELECT FROM template_locks l
    WHERE l.tenant_id = template_lock_entries.tenant_id AND l.template_id = template_lock_entries.template_id
      AND l.version = template_lock_entries.version AND l.environment = template_lock_entries.environment));

ALTER TABLE template_test_reports ENABLE ROW LEVEL SECURITY;
ALTER TABLE template_test_reports FORCE ROW LEVEL SECURITY;
CREATE POLICY template_test_reports_own ON template_test_reports USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY template_test_reports_with_version ON template_test_reports FOR SELECT USING (
  visibility = 'public' AND EXISTS (
    SELECT FROM template_versions v
    WHERE v.tenant_id = template_test_reports.tenant_id AND v.template_id = template_test_reports.template_id
      AND v.version = template_test_reports.version));

GRANT SELECT, INSERT, UPDATE (lock, digest, visibility, locked_at, locked_by) ON template_locks TO nofx_marketplace;
GRANT SELECT, INSERT, DELETE ON template_lock_entries TO nofx_marketplace;
GRANT SELECT, INSERT, UPDATE (report, passed, failed, visibility, tested_at, tested_by)
  ON template_test_reports TO nofx_marketplace;
