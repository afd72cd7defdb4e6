-- What becomes of publishes whose dependencies or tests fail, by tenant.

SET LOCAL search_path = marketplace;

ALTER TABLE tenant_settings
  ADD COLUMN publish_checks text CHECK (publish_checks IN ('enforce', 'warn', 'off'));
COMMENT ON COLUMN tenant_settings.publish_checks IS 'Null: never set, and the operator''s default holds';

GRANT UPDATE (publish_checks) ON tenant_settings TO nofx_marketplace;
