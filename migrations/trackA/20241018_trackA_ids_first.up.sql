-- A tenant's agents and versions are never looked up by tenant alone. An index of (tenant, id) could be taken for that: in
-- a table that was not analyzed yet, it looks as good as the one of (tenant, agent, precedence), and then each publish
-- reads all versions of the tenant.

SET LOCAL search_path = registry;

ALTER TABLE agent_registry DROP CONSTRAINT agent_registry_tenant_id_id_key, ADD UNIQUE (id, tenant_id);
ALTER TABLE agent_versions DROP CONSTRAINT agent_versions_tenant_id_id_key, ADD UNIQUE (id, tenant_id);
