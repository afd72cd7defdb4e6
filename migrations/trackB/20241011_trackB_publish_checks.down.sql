ALTER TABLE marketplace.tenant_settings DROP COLUMN publish_checks;
