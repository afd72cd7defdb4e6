-- Rows from before are held against the new conditions while the table is written to.

SET LOCAL lock_timeout = '5s';
SET LOCAL search_path = registry;

ALTER TABLE api_tokens VALIDATE CONSTRAINT api_tokens_agents_check;
ALTER TABLE api_tokens VALIDATE CONSTRAINT api_tokens_templates_bind;
ALTER TABLE trusted_publishers VALIDATE CONSTRAINT trusted_publishers_agents_check;
