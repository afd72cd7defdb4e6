SET LOCAL search_path = registry;

REVOKE DELETE ON api_tokens FROM nofx_registry;
DROP POLICY api_tokens_delete ON api_tokens;
DROP POLICY api_tokens_housekeeping ON api_tokens;
DROP TABLE exchanged_tokens;
DROP TABLE trusted_publishers;
-- Without the column a bound token would be good for every agent. Row-level security, which binds the owner too, would
-- hide them all.
ALTER TABLE api_tokens NO FORCE ROW LEVEL SECURITY;
DELETE FROM api_tokens WHERE agents IS NOT NULL;
ALTER TABLE api_tokens FORCE ROW LEVEL SECURITY;
ALTER TABLE api_tokens DROP COLUMN workload, DROP COLUMN subject, DROP COLUMN agents;
