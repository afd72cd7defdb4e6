SET LOCAL search_path = search;

DROP TABLE listings, generations, applied_changes, sources, leases, pending_records, quarantine, record_categories, records;
DROP TABLE idempotency_keys, feed, changes, outbox, audit_chain, audit_unsealed, audit_log;
DROP FUNCTION refuse_change();
REVOKE ALL ON schema_migrations FROM nofx_search;
REVOKE ALL ON SCHEMA search FROM nofx_search;
