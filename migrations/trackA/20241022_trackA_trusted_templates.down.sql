SET LOCAL lock_timeout = '5s';
SET LOCAL search_path = registry;

-- What names templates only names nothing without the column. Row-level security, which binds the owner too, would hide
-- them all.
ALTER TABLE api_tokens NO FORCE ROW LEVEL SECURITY;
DELETE FROM api_tokens WHERE cardinality(agents) = 0;
ALTER TABLE api_tokens FORCE ROW LEVEL SECURITY;
ALTER TABLE trusted_publishers NO FORCE ROW LEVEL SECURITY;
DELETE FROM trusted_publishers WHERE cardinality(agents) = 0;
ALTER TABLE trusted_publishers FORCE ROW LEVEL SECURITY;

ALTER TABLE api_tokens
  DROP CONSTRAINT api_tokens_agents_check,
  DROP CONSTRAINT api_tokens_templates_bind,
  DROP COLUMN templates,
  ADD CONSTRAINT api_tokens_agents_check CHECK (cardinality(agents) > 0);
ALTER TABLE trusted_publishers
  DROP CONSTRAINT trusted_publishers_agents_check,
  DROP COLUMN templates,
  ADD CONSTRAINT trusted_publishers_agents_check CHECK (cardinality(agents) > 0);
COMMENT ON COLUMN api_tokens.agents IS 'The only agents that the token may change; NULL: all of the tenant';
