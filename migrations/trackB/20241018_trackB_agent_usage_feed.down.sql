SET LOCAL search_path = marketplace;

DROP INDEX agent_usage_days_untold;
ALTER TABLE agent_usage_days DROP COLUMN told_at;
CREATE INDEX agent_usage_days_untold ON agent_usage_days (agent_tenant, agent_id) WHERE NOT told;
