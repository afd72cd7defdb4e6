SET LOCAL search_path = registry;

REVOKE UPDATE (semver_policy) ON tenants FROM nofx_registry;
DROP POLICY tenants_settings ON tenants;
ALTER TABLE tenants DROP COLUMN semver_policy;
