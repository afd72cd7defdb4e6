-- What services keep a copy of templates from: they read locks, reports and lineage of all tenants, and the feed tells them
-- which templates have other figures than before.

SET LOCAL search_path = marketplace;

-- Policies are asked in the falling order of their names, until one says yes: these come first, and services are not made to
-- look up for each row whether it may be seen.
CREATE POLICY template_versions_without_tenant ON template_versions FOR SELECT USING (
  (SELECT current_setting('app.role', true)) = 'service');
CREATE POLICY template_files_without_tenant ON template_files FOR SELECT USING (
  (SELECT current_setting('app.role', true)) = 'service');
CREATE POLICY template_dependencies_without_tenant ON template_dependencies FOR SELECT USING (
  (SELECT current_setting('app.role', true)) = 'service');
CREATE POLICY template_locks_without_tenant ON template_locks FOR SELECT USING (
  (SELECT current_setting('app.role', true)) = 'service');
CREATE POLICY template_lock_entries_without_tenant ON template_lock_entries FOR SELECT USING (
  (SELECT current_setting('app.role', true)) = 'service');
CREATE POLICY template_test_reports_without_tenant ON template_test_reports FOR SELECT USING (
  (SELECT current_setting('app.role', true)) = 'service');
CREATE POLICY template_forks_without_tenant ON template_forks FOR SELECT USING (
  (SELECT current_setting('app.role', true)) = 'service');

-- Which templates the feed has to tell of. Beside template_popularity, whose rows come and go.
CREATE TABLE template_figures (
  tenant_id   text COLLATE "C" NOT NULL,
  template_id text COLLATE "C" NOT NULL,
  told        boolean NOT NULL DEFAULT false,
  told_at     timestamptz(3) NOT NULL DEFAULT '-infinity',
  PRIMARY KEY (tenant_id, template_id)
);
COMMENT ON COLUMN template_figures.told IS 'The figures have not changed since the feed told of them';
-- Whatever has waited longest goes first.
CREATE INDEX template_figures_untold ON template_figures (told_at) WHERE NOT told;

ALTER TABLE template_figures ENABLE ROW LEVEL SECURITY;
ALTER TABLE template_figures FORCE ROW LEVEL SECURITY;
CREATE POLICY template_figures_counting ON template_figures USING (
  (SELECT current_setting('app.role', true)) = 'service');
GRANT SELECT, INSERT, UPDATE (told, told_at) ON template_figures TO nofx_marketplace;

/* Notes whose figures have changed. Whoever counts does so as a service. Names are in order, so that two cannot wait for each
   other; what is noted already is not written again. */
CREATE FUNCTION template_figures_noted()
RETURNS trigger LANGUAGE plpgsql SET search_path = marketplace, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    INSERT INTO template_figures AS f (tenant_id, template_id)
    SELECT a.tenant_id, a.template_id FROM after a
    JOIN before b ON b.tenant_id = a.tenant_id AND b.template_id = a.template_id
    WHERE (a.usage_30d, a.succeeded_30d, a.duration_30d, a.last_run_at, a.popularity, a.success)
      IS DISTINCT FROM (b.usage_30d, b.succeeded_30d, b.duration_30d, b.last_run_at, b.popularity, b.success)
    ORDER BY 1, 2
    ON CONFLICT (tenant_id, template_id) DO UPDATE SET told = false WHERE f.told;
  ELSIF TG_OP = 'INSERT' THEN
    INSERT INTO template_figures AS f (tenant_id, template_id)
    SELECT tenant_id, template_id FROM after ORDER BY 1, 2
    ON CONFLICT (tenant_id, template_id) DO UPDATE SET told = false WHERE f.told;
  ELSE
    INSERT INTO template_figures AS f (tenant_id, template_id)
    SELECT tenant_id, template_id FROM before ORDER BY 1, 2
    ON CONFLICT (tenant_id, template_id) DO UPDATE SET told = false WHERE f.told;
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER template_popularity_made AFTER INSERT ON template_popularity
  REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION template_figures_noted();
CREATE TRIGGER template_popularity_moved AFTER UPDATE ON template_popularity
  REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION template_figures_noted();
CREATE TRIGGER template_popularity_gone AFTER DELETE ON template_popularity
  REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION template_figures_noted();
