SET LOCAL search_path = registry;

DROP TRIGGER audit_log_append_only ON audit_log;
DROP INDEX audit_log_time, audit_log_action, audit_log_actor, audit_log_resource;
CREATE INDEX audit_log_resource ON audit_log (tenant_id, resource_type, resource_id, id);

DROP TABLE audit_chain, audit_unsealed;
DROP FUNCTION refuse_change();
