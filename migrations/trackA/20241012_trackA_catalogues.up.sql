SET LOCAL search_path = registry;

-- Which agents are MCP servers, and under which name: derived from the current version whenever the pointer moves.
ALTER TABLE agent_registry ADD COLUMN mcp_name text COLLATE "C";
COMMENT ON COLUMN agent_registry.mcp_name IS 'Set if the current version is an MCP server: the name it claims, else tenant/agent';
ALTER TABLE agent_versions ADD COLUMN is_mcp boolean NOT NULL DEFAULT false;

-- The owner of the tables fills in what is there; its policies would show it no row.
ALTER TABLE agent_registry NO FORCE ROW LEVEL SECURITY;
ALTER TABLE agent_versions NO FORCE ROW LEVEL SECURITY;

UPDATE agent_versions SET is_mcp = true
WHERE jsonb_path_exists(manifest, '$.endpoints[*] ? (@.protocol == "mcp")');

UPDATE agent_registry a SET mcp_name = a.tenant_id || '/' || a.agent_id
FROM agent_versions v
WHERE v.tenant_id = a.tenant_id AND v.agent_id = a.agent_id AND v.version = a.current_version AND v.is_mcp;

ALTER TABLE agent_registry FORCE ROW LEVEL SECURITY;
ALTER TABLE agent_versions FORCE ROW LEVEL SECURITY;

CREATE INDEX agent_registry_mcp ON agent_registry (mcp_name, tenant_id, agent_id)
WHERE visibility = 'public' AND mcp_name IS NOT NULL;
