SET LOCAL search_path = marketplace;

DROP TABLE template_deployments, builder_imports, builder_history, template_versions, templates;
DROP TABLE idempotency_keys, feed, changes, outbox, audit_chain, audit_unsealed, audit_log;
DROP FUNCTION refuse_change();
REVOKE ALL ON schema_migrations FROM nofx_marketplace;
REVOKE ALL ON SCHEMA marketplace FROM nofx_marketplace;
