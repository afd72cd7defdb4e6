-- What the marketplace shows and filters templates by: all of it follows from the current version. And the files that
-- versions are published with.

SET LOCAL search_path = marketplace;

ALTER TABLE templates
  ADD COLUMN status       text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'deprecated', 'disabled')),
  ADD COLUMN category     text COLLATE "C",
  ADD COLUMN tags         text[] NOT NULL DEFAULT '{}',
  ADD COLUMN license      text,
  ADD COLUMN owner        text,
  ADD COLUMN agents       text[] NOT NULL DEFAULT '{}',
  ADD COLUMN metadata     jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN published_at timestamptz(3) NOT NULL;
COMMENT ON COLUMN templates.owner IS 'metadata.owner';
COMMENT ON COLUMN templates.agents IS 'metadata.agents: the agents used';

-- A disabled template is there for its own tenant only.
DROP POLICY templates_public ON templates;
CREATE POLICY templates_public ON templates FOR SELECT USING (
  (visibility = 'public' AND status <> 'disabled') OR (SELECT current_setting('app.role', true)) = 'service');

-- The two orders of lists: a tenant's own templates, and everybody's public ones.
CREATE INDEX templates_own_newest ON templates (tenant_id, updated_at, template_id);
CREATE INDEX templates_own_by_name ON templates (tenant_id, (lower(left(name, 100)) COLLATE "C"), template_id);
CREATE INDEX templates_public_newest ON templates (updated_at, tenant_id, template_id) WHERE visibility = 'public';
CREATE INDEX templates_public_by_name ON templates ((lower(left(name, 100)) COLLATE "C"), tenant_id, template_id)
  WHERE visibility = 'public';

ALTER TABLE template_versions ADD COLUMN commit_sha text;

CREATE TABLE template_files (
  tenant_id   text COLLATE "C" NOT NULL,
  template_id text COLLATE "C" NOT NULL,
  digest      text COLLATE "C" NOT NULL CHECK (digest ~ '^sha256:[0-9a-f]{64}$'),
  content     bytea NOT NULL,
  PRIMARY KEY (tenant_id, template_id, digest),
  FOREIGN KEY (tenant_id, template_id) REFERENCES templates
);

ALTER TABLE template_files ENABLE ROW LEVEL SECURITY;
ALTER TABLE template_files FORCE ROW LEVEL SECURITY;
CREATE POLICY template_files_own ON template_files USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY template_files_with_template ON template_files FOR SELECT USING (
  EXISTS (SELECT FROM templates t WHERE t.tenant_id = template_files.tenant_id AND t.template_id = template_files.template_id));

GRANT SELECT, INSERT ON template_files TO nofx_marketplace;
