-- What tenants keep for themselves of the environments in which they run templates, their own or others'.

SET LOCAL search_path = marketplace;

CREATE TABLE template_environments (
  tenant_id   text COLLATE "C" NOT NULL,
  on_tenant   text COLLATE "C" NOT NULL,
  template_id text COLLATE "C" NOT NULL,
  name        text COLLATE "C" NOT NULL CHECK (name ~ '^[a-z][a-z0-9-]{0,31}$'),
  version     text COLLATE "C",
  overlay     text NOT NULL,
  revision    uuid NOT NULL,
  updated_at  timestamptz(3) NOT NULL,
  updated_by  text NOT NULL,
  PRIMARY KEY (tenant_id, on_tenant, template_id, name),
  FOREIGN KEY (on_tenant, template_id) REFERENCES templates,
  FOREIGN KEY (on_tenant, template_id, version) REFERENCES template_versions (tenant_id, template_id, version)
);
COMMENT ON COLUMN template_environments.tenant_id IS 'Who keeps it and runs the template; on_tenant has the template';
COMMENT ON COLUMN template_environments.version IS 'Which version runs there; null: the current one, whichever that is';
COMMENT ON COLUMN template_environments.overlay IS 'Canonical (RFC 8785), merged over what the version declares';

-- Nobody but who keeps it: the template's tenant does not learn how others run it, nor do services.
ALTER TABLE template_environments ENABLE ROW LEVEL SECURITY;
ALTER TABLE template_environments FORCE ROW LEVEL SECURITY;
CREATE POLICY template_environments_own ON template_environments USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));

GRANT SELECT, INSERT, UPDATE (version, overlay, revision, updated_at, updated_by), DELETE
  ON template_environments TO nofx_marketplace;
