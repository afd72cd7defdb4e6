-- The feed tells how agents are used: each day of a version at most every few seconds.

SET LOCAL search_path = marketplace;

ALTER TABLE agent_usage_days ADD COLUMN told_at timestamptz(3) NOT NULL DEFAULT '-infinity';
COMMENT ON COLUMN agent_usage_days.told_at IS 'When the feed told of it last';

-- Whatever has waited longest goes first; what is told once and is told again soon does not keep others waiting.
DROP INDEX agent_usage_days_untold;
CREATE INDEX agent_usage_days_untold ON agent_usage_days (told_at) WHERE NOT told;
