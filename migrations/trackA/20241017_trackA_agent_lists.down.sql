SET LOCAL search_path = registry;

DROP TRIGGER agent_registry_inserted ON agent_registry;
DROP TRIGGER agent_registry_updated ON agent_registry;
DROP TRIGGER agent_registry_deleted ON agent_registry;
DROP FUNCTION agent_registry_indexed, find_agents, list_agents, agent_search_query, agent_words_of, agent_words, agent_labels_of;
DROP TABLE agent_labels, agent_search;

DROP POLICY agent_versions_with_agent ON agent_versions;
CREATE POLICY agent_versions_with_agent ON agent_versions FOR SELECT USING (
  (status <> 'draft' OR (SELECT current_setting('app.role', true)) = 'service')
  AND EXISTS (SELECT FROM agent_registry a WHERE a.tenant_id = agent_versions.tenant_id AND a.agent_id = agent_versions.agent_id));
DROP POLICY agent_files_with_agent ON agent_files;
CREATE POLICY agent_files_with_agent ON agent_files FOR SELECT USING (
  EXISTS (SELECT FROM agent_registry a WHERE a.tenant_id = agent_files.tenant_id AND a.agent_id = agent_files.agent_id));
DROP INDEX api_tokens_newest;
ALTER TABLE agent_registry DROP COLUMN model, DROP COLUMN published_at;
CREATE INDEX agent_registry_own ON agent_registry (tenant_id, updated_at, agent_id);
CREATE INDEX agent_registry_public ON agent_registry (updated_at, tenant_id, agent_id) WHERE visibility = 'public';
