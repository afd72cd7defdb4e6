SET LOCAL search_path = registry;

ALTER TABLE agent_registry DROP CONSTRAINT agent_registry_id_tenant_id_key, ADD UNIQUE (tenant_id, id);
ALTER TABLE agent_versions DROP CONSTRAINT agent_versions_id_tenant_id_key, ADD UNIQUE (tenant_id, id);
