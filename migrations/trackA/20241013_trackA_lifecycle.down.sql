SET LOCAL search_path = registry;

DROP POLICY agent_versions_with_agent ON agent_versions;
CREATE POLICY agent_versions_with_agent ON agent_versions FOR SELECT USING (
  EXISTS (SELECT FROM agent_registry a WHERE a.tenant_id = agent_versions.tenant_id AND a.agent_id = agent_versions.agent_id));

DROP POLICY agent_registry_public ON agent_registry;
CREATE POLICY agent_registry_public ON agent_registry FOR SELECT USING (
  visibility = 'public' OR (SELECT current_setting('app.role', true)) = 'service');

DROP INDEX audit_log_resource_action;
DROP TABLE agent_dependencies, agent_channels;

ALTER TABLE agent_versions DROP COLUMN successor, DROP COLUMN deprecated_at, DROP COLUMN status_reason;
ALTER TABLE agent_registry
  DROP COLUMN current_since, DROP COLUMN successor_agent, DROP COLUMN successor_tenant,
  DROP COLUMN deprecated_at, DROP COLUMN status_reason;
