-- Where templates come from that began as a copy of another one.

SET LOCAL search_path = marketplace;

-- No foreign key to the source: what is known of it stays, whatever becomes of it.
CREATE TABLE template_forks (
  tenant_id     text COLLATE "C" NOT NULL,
  template_id   text COLLATE "C" NOT NULL,
  from_tenant   text COLLATE "C" NOT NULL,
  from_template text COLLATE "C" NOT NULL,
  from_version  text COLLATE "C" NOT NULL,
  from_digest   text COLLATE "C" NOT NULL CHECK (from_digest ~ '^sha256:[0-9a-f]{64}$'),
  forked_at     timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, template_id),
  FOREIGN KEY (tenant_id, template_id) REFERENCES templates
);
CREATE INDEX template_forks_of ON template_forks (from_tenant, from_template, forked_at, tenant_id, template_id);

-- A tenant knows where its own came from. Everybody else, who can read both ends: the sub-selects run under the policies
-- of `templates`.
ALTER TABLE template_forks ENABLE ROW LEVEL SECURITY;
ALTER TABLE template_forks FORCE ROW LEVEL SECURITY;
CREATE POLICY template_forks_own ON template_forks USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY template_forks_between_readable ON template_forks FOR SELECT USING (
  EXISTS (SELECT FROM templates t WHERE t.tenant_id = template_forks.tenant_id AND t.template_id = template_forks.template_id)
  AND EXISTS (SELECT FROM templates s WHERE s.tenant_id = template_forks.from_tenant AND s.template_id = template_forks.from_template));

GRANT SELECT, INSERT ON template_forks TO nofx_marketplace;
