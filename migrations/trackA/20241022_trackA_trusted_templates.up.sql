-- Trusted publishers and tokens are bound to templates, too. Whoever does not know the new column sees that a token is
-- bound, and to which agents: none, if it is bound to templates only.

SET LOCAL lock_timeout = '5s';
SET LOCAL search_path = registry;

ALTER TABLE api_tokens
  ADD COLUMN templates text[] CHECK (cardinality(templates) > 0),
  DROP CONSTRAINT api_tokens_agents_check,
  ADD CONSTRAINT api_tokens_agents_check CHECK (cardinality(agents) > 0 OR templates IS NOT NULL) NOT VALID,
  ADD CONSTRAINT api_tokens_templates_bind CHECK (templates IS NULL OR agents IS NOT NULL) NOT VALID;
COMMENT ON COLUMN api_tokens.agents IS 'The only agents that the token may change; NULL: bound to nothing, so all of the tenant';
COMMENT ON COLUMN api_tokens.templates IS 'The only templates that the token may change; NULL: none if agents are given, else all of the tenant';

ALTER TABLE trusted_publishers
  ADD COLUMN templates text[] CHECK (cardinality(templates) > 0),
  DROP CONSTRAINT trusted_publishers_agents_check,
  ADD CONSTRAINT trusted_publishers_agents_check CHECK (cardinality(agents) > 0 OR templates IS NOT NULL) NOT VALID;
