SET LOCAL search_path = registry;

DROP TABLE agent_usage_days, usage_source;
