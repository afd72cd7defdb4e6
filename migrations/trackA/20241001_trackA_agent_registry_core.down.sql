SET LOCAL search_path = registry;

DROP TABLE idempotency_keys, feed, changes, outbox, audit_log, agent_files, agent_versions, agent_registry, api_tokens, tenants;

REVOKE ALL ON schema_migrations FROM nofx_registry;
REVOKE ALL ON SCHEMA registry FROM nofx_registry;
