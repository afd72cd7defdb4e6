SET LOCAL search_path = registry;

DROP INDEX agent_registry_mcp;
ALTER TABLE agent_registry DROP COLUMN mcp_name;
ALTER TABLE agent_versions DROP COLUMN is_mcp;
