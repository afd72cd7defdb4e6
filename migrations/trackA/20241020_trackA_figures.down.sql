SET LOCAL search_path = registry;

DROP TRIGGER agent_usage_days_made ON agent_usage_days;
DROP TRIGGER agent_usage_days_moved ON agent_usage_days;
DROP TRIGGER agent_usage_days_gone ON agent_usage_days;
DROP FUNCTION agent_figures_noted;
DROP INDEX agent_usage_days_by_day;
DROP TABLE agent_figures;
DROP POLICY agent_dependencies_without_tenant ON agent_dependencies;
DROP POLICY agent_files_without_tenant ON agent_files;
DROP POLICY agent_versions_without_tenant ON agent_versions;
