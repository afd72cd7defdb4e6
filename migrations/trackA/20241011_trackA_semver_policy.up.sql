-- What becomes of a version number that says less than what has changed; see docs/semver.md.

SET LOCAL search_path = registry;

ALTER TABLE tenants ADD COLUMN semver_policy text NOT NULL DEFAULT 'enforce'
  CHECK (semver_policy IN ('enforce', 'warn', 'off'));
COMMENT ON COLUMN tenants.semver_policy IS 'enforce: refused; warn: published with a warning; off: not judged';

CREATE POLICY tenants_settings ON tenants FOR UPDATE USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
GRANT UPDATE (semver_policy) ON tenants TO nofx_registry;
