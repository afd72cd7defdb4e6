SET LOCAL search_path = marketplace;

DROP TABLE template_dependencies, tenant_settings;

ALTER TABLE template_versions DROP COLUMN successor, DROP COLUMN deprecated_at, DROP COLUMN status_reason;
ALTER TABLE templates
  DROP COLUMN successor_template, DROP COLUMN successor_tenant, DROP COLUMN deprecated_at, DROP COLUMN status_reason;
