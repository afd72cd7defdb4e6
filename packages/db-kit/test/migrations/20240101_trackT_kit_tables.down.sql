SET LOCAL search_path = kit;

DROP TABLE idempotency_keys, feed, changes, outbox, audit_chain, audit_unsealed, audit_log, notes;

REVOKE ALL ON schema_migrations FROM kit_service;
REVOKE ALL ON SCHEMA kit FROM kit_service;
