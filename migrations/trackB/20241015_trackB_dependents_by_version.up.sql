-- Who locks exactly one version of something: of an agent that everybody uses, few lock an old version.

SET LOCAL search_path = marketplace;

CREATE INDEX template_lock_entries_on_version
  ON template_lock_entries (kind, on_tenant, on_id, on_version, tenant_id, template_id, version, environment);

-- The same policy. OFFSET 0 has each entry's lock looked up: otherwise the planner may read all locks there are into a
-- hash first, for a page of a hundred entries.
DROP POLICY template_lock_entries_with_lock ON template_lock_entries;
CREATE POLICY template_lock_entries_with_lock ON template_lock_entries FOR SELECT USING (
  EXISTS (
    SELECT FROM template_locks l
    WHERE l.tenant_id = template_lock_entries.tenant_id AND l.template_id = template_lock_entries.template_id
      AND l.version = template_lock_entries.version AND l.environment = template_lock_entries.environment
    OFFSET 0));
