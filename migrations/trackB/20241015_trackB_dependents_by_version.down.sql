SET LOCAL search_path = marketplace;

DROP POLICY template_lock_entries_with_lock ON template_lock_entries;
CREATE POLICY template_lock_entries_with_lock ON template_lock_entries FOR SELECT USING (
  EXISTS (
    SELECT FROM template_locks l
    WHERE l.tenant_id = template_lock_entries.tenant_id AND l.template_id = template_lock_entries.template_id
      AND l.version = template_lock_entries.version AND l.environment = template_lock_entries.environment));

DROP INDEX template_lock_entries_on_version;
