-- Trusted publishing: CI workloads exchange their identity tokens for short-lived API tokens bound to named agents.

SET LOCAL search_path = registry;

ALTER TABLE api_tokens
  ADD COLUMN agents   text[] CHECK (cardinality(agents) > 0),
  ADD COLUMN subject  text,
  ADD COLUMN workload jsonb,
  ADD CHECK ((workload IS NULL) = (subject IS NULL));
COMMENT ON COLUMN api_tokens.agents IS 'The only agents that the token may change; NULL: all of the tenant';
COMMENT ON COLUMN api_tokens.subject IS 'Name of the workload that acts with the token; NULL: the token itself is the subject';
COMMENT ON COLUMN api_tokens.workload IS 'What the issuer said of the workload: repository, run, commit and the like';
-- Housekeeping finds the tokens of workloads that have ended.
CREATE INDEX api_tokens_workload_expiry ON api_tokens (expires_at) WHERE workload IS NOT NULL;

CREATE TABLE trusted_publishers (
  tenant_id  text COLLATE "C" NOT NULL REFERENCES tenants,
  id         uuid NOT NULL,
  name       text NOT NULL,
  issuer     text NOT NULL,
  claims     jsonb NOT NULL CHECK (jsonb_typeof(claims) = 'object' AND claims <> '{}'),
  agents     text[] NOT NULL CHECK (cardinality(agents) > 0),
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX trusted_publishers_list ON trusted_publishers (tenant_id, created_at, id);
CREATE INDEX trusted_publishers_issuer ON trusted_publishers (tenant_id, issuer);

-- Identity tokens that have been exchanged, until they expire by themselves.
CREATE TABLE exchanged_tokens (
  tenant_id  text COLLATE "C" NOT NULL REFERENCES tenants,
  token_hash bytea NOT NULL CHECK (length(token_hash) = 32),
  expires_at timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, token_hash)
);
CREATE INDEX exchanged_tokens_expiry ON exchanged_tokens (expires_at);

-- Row-level security -------------------------------------------------------------------------------------------------

ALTER TABLE trusted_publishers ENABLE ROW LEVEL SECURITY;
ALTER TABLE trusted_publishers FORCE ROW LEVEL SECURITY;
CREATE POLICY trusted_publishers_own ON trusted_publishers USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));

ALTER TABLE exchanged_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE exchanged_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY exchanged_tokens_own ON exchanged_tokens USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY exchanged_tokens_housekeeping ON exchanged_tokens USING (
  (SELECT current_setting('app.role', true)) = 'service');
-- Whoever deletes: what has not expired must stay, or the token could be exchanged again. A day more for slow clocks.
CREATE POLICY exchanged_tokens_delete ON exchanged_tokens AS RESTRICTIVE FOR DELETE USING (
  expires_at < now() - interval '1 day');

-- Tokens are kept as a record. Those of workloads are made with every run, so they go when they have ended: the audit
-- log keeps what they were good for.
CREATE POLICY api_tokens_housekeeping ON api_tokens FOR DELETE USING (
  (SELECT current_setting('app.role', true)) = 'service');
CREATE POLICY api_tokens_delete ON api_tokens AS RESTRICTIVE FOR DELETE USING (
  workload IS NOT NULL AND expires_at < now() - interval '1 day');

GRANT SELECT, INSERT, DELETE ON trusted_publishers, exchanged_tokens TO nofx_registry;
GRANT DELETE ON api_tokens TO nofx_registry;
