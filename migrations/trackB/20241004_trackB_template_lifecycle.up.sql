-- What becomes of a version number that says less than what has changed; lifecycle of templates and versions; what
-- templates depend on.

SET LOCAL search_path = marketplace;

-- What is filled in below concerns every tenant's rows; an owner that is no superuser would see none of them.
ALTER TABLE templates NO FORCE ROW LEVEL SECURITY;
ALTER TABLE template_versions NO FORCE ROW LEVEL SECURITY;
ALTER TABLE template_files NO FORCE ROW LEVEL SECURITY;

-- Settings -----------------------------------------------------------------------------------------------------------

-- No row: the defaults.
CREATE TABLE tenant_settings (
  tenant_id     text COLLATE "C" NOT NULL PRIMARY KEY,
  semver_policy text NOT NULL CHECK (semver_policy IN ('enforce', 'warn', 'off'))
);
COMMENT ON COLUMN tenant_settings.semver_policy IS 'enforce: refused; warn: published with a warning; off: not judged';

-- Status -------------------------------------------------------------------------------------------------------------

ALTER TABLE templates
  ADD COLUMN status_reason      text CHECK (char_length(status_reason) <= 500),
  ADD COLUMN deprecated_at      timestamptz(3),
  ADD COLUMN successor_tenant   text COLLATE "C",
  ADD COLUMN successor_template text COLLATE "C",
  ADD CHECK ((successor_tenant IS NULL) = (successor_template IS NULL)),
  ADD CHECK (deprecated_at IS NOT NULL OR successor_template IS NULL);

ALTER TABLE template_versions
  ADD COLUMN status_reason text CHECK (char_length(status_reason) <= 500),
  ADD COLUMN deprecated_at timestamptz(3),
  ADD COLUMN successor     text COLLATE "C",
  ADD CHECK (deprecated_at IS NOT NULL OR successor IS NULL),
  ADD FOREIGN KEY (tenant_id, template_id, successor) REFERENCES template_versions (tenant_id, template_id, version);

-- What templates depend on -------------------------------------------------------------------------------------------

-- Derived from the current version, as name and tags are. A table and not arrays in templates: under row-level security
-- the planner uses no GIN index, because the operators of arrays are not leakproof; those of text are.
CREATE TABLE template_dependencies (
  tenant_id   text COLLATE "C" NOT NULL,
  template_id text COLLATE "C" NOT NULL,
  on_kind     text COLLATE "C" NOT NULL CHECK (on_kind IN ('agent', 'template')),
  on_tenant   text COLLATE "C" NOT NULL,
  on_id       text COLLATE "C" NOT NULL,
  range       text NOT NULL,
  PRIMARY KEY (tenant_id, template_id, on_kind, on_tenant, on_id, range),
  FOREIGN KEY (tenant_id, template_id) REFERENCES templates
);
COMMENT ON TABLE template_dependencies IS
  'content.dependencies of each current version, and the agents of its steps; what it names need not exist';
CREATE INDEX template_dependencies_on ON template_dependencies (on_kind, on_tenant, on_id, tenant_id, template_id);

-- A file that cannot be read as JSON here has no steps.
CREATE FUNCTION steps_in(content bytea) RETURNS json LANGUAGE plpgsql AS $$
BEGIN
  RETURN convert_from(content, 'UTF8')::json -> 'steps';
EXCEPTION WHEN data_exception THEN
  RETURN NULL;
END
$$;

WITH present AS (
  SELECT t.tenant_id, t.template_id, v.document::json -> 'content' AS content, v.document::json -> 'files' AS files
  FROM templates t
  JOIN template_versions v ON v.tenant_id = t.tenant_id AND v.template_id = t.template_id AND v.version = t.current_version
), declared AS (
  SELECT p.tenant_id, p.template_id, kind.singular AS on_kind, d.key AS name, d.value AS range
  FROM present p
  CROSS JOIN (VALUES ('agent', 'agents'), ('template', 'templates')) AS kind (singular, plural)
  CROSS JOIN LATERAL json_each_text(
    CASE json_typeof(p.content -> 'dependencies' -> kind.plural)
      WHEN 'object' THEN p.content -> 'dependencies' -> kind.plural ELSE '{}' END) d
), used AS (
  SELECT p.tenant_id, p.template_id, 'agent' AS on_kind, step ->> 'agentId' AS name, '*' AS range
  FROM present p
  CROSS JOIN LATERAL (SELECT coalesce(p.content -> 'steps', (
    SELECT steps_in(f.content)
    FROM json_array_elements(CASE json_typeof(p.files) WHEN 'array' THEN p.files ELSE '[]' END) e
    JOIN template_files f ON f.tenant_id = p.tenant_id AND f.template_id = p.template_id AND f.digest = e ->> 'digest'
    WHERE e ->> 'path' = p.content ->> 'versionFile'
    LIMIT 1)) AS steps) found
  CROSS JOIN LATERAL json_array_elements(CASE json_typeof(found.steps) WHEN 'array' THEN found.steps ELSE '[]' END) step
), named AS (
  SELECT * FROM declared
  UNION ALL
  SELECT * FROM used u WHERE NOT EXISTS (
    SELECT FROM declared d
    WHERE (d.tenant_id, d.template_id, d.on_kind, d.name) = (u.tenant_id, u.template_id, u.on_kind, u.name))
)
INSERT INTO template_dependencies (tenant_id, template_id, on_kind, on_tenant, on_id, range)
SELECT DISTINCT tenant_id, template_id, on_kind,
       coalesce(substring(name FROM '^([^/]+)/'), tenant_id), substring(name FROM '([^/]+)$'), range
FROM named
WHERE name ~ '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?/)?[a-z0-9]([a-z0-9._-]{0,126}[a-z0-9])?$';

DROP FUNCTION steps_in;

-- Row-level security -------------------------------------------------------------------------------------------------

ALTER TABLE templates FORCE ROW LEVEL SECURITY;
ALTER TABLE template_versions FORCE ROW LEVEL SECURITY;
ALTER TABLE template_files FORCE ROW LEVEL SECURITY;

ALTER TABLE tenant_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_settings FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_settings_own ON tenant_settings USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));

ALTER TABLE template_dependencies ENABLE ROW LEVEL SECURITY;
ALTER TABLE template_dependencies FORCE ROW LEVEL SECURITY;
CREATE POLICY template_dependencies_own ON template_dependencies USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY template_dependencies_with_template ON template_dependencies FOR SELECT USING (
  EXISTS (SELECT FROM templates t WHERE t.tenant_id = template_dependencies.tenant_id AND t.template_id = template_dependencies.template_id));

-- Dependencies are derived, and may go. What is published stays.
GRANT SELECT, INSERT, UPDATE (semver_policy) ON tenant_settings TO nofx_marketplace;
GRANT UPDATE (status_reason, deprecated_at, successor) ON template_versions TO nofx_marketplace;
GRANT SELECT, INSERT, DELETE ON template_dependencies TO nofx_marketplace;
