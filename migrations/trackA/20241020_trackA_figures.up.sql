-- The feed tells which agents have other figures than before: to whoever keeps a copy of everything that is known of them.

SET LOCAL search_path = registry;

-- Services read of all tenants already. Policies are asked in the falling order of their names, until one says yes: these
-- come first, and services are not made to look up for each row whether it may be seen.
CREATE POLICY agent_versions_without_tenant ON agent_versions FOR SELECT USING (
  (SELECT current_setting('app.role', true)) = 'service');
CREATE POLICY agent_files_without_tenant ON agent_files FOR SELECT USING (
  (SELECT current_setting('app.role', true)) = 'service');
CREATE POLICY agent_dependencies_without_tenant ON agent_dependencies FOR SELECT USING (
  (SELECT current_setting('app.role', true)) = 'service');

CREATE TABLE agent_figures (
  tenant_id text COLLATE "C" NOT NULL,
  agent_id  text COLLATE "C" NOT NULL,
  told      boolean NOT NULL DEFAULT false,
  told_at   timestamptz(3) NOT NULL DEFAULT '-infinity',
  as_of_day date NOT NULL DEFAULT '-infinity',
  PRIMARY KEY (tenant_id, agent_id)
);
COMMENT ON COLUMN agent_figures.told IS 'The figures of the last 30 days have not changed since the feed told of them';
COMMENT ON COLUMN agent_figures.as_of_day IS 'The day of UTC up to which it is known whether a day has left the last 30 days';
-- Whatever has waited longest goes first.
CREATE INDEX agent_figures_untold ON agent_figures (told_at) WHERE NOT told;
CREATE INDEX agent_figures_stale ON agent_figures (as_of_day);
CREATE INDEX agent_usage_days_by_day ON agent_usage_days (tenant_id, agent_id, day);

ALTER TABLE agent_usage_days NO FORCE ROW LEVEL SECURITY;
INSERT INTO agent_figures (tenant_id, agent_id) SELECT DISTINCT tenant_id, agent_id FROM agent_usage_days;
ALTER TABLE agent_usage_days FORCE ROW LEVEL SECURITY;

ALTER TABLE agent_figures ENABLE ROW LEVEL SECURITY;
ALTER TABLE agent_figures FORCE ROW LEVEL SECURITY;
CREATE POLICY agent_figures_counting ON agent_figures USING (
  (SELECT current_setting('app.role', true)) = 'service');
GRANT SELECT, INSERT, UPDATE (told, told_at, as_of_day) ON agent_figures TO nofx_registry;

/* Notes whose figures have changed. The reader writes them as a service. What is read anew and is the same does not count;
   what is noted already is not written again. */
CREATE FUNCTION agent_figures_noted()
RETURNS trigger LANGUAGE plpgsql SET search_path = registry, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    INSERT INTO agent_figures AS f (tenant_id, agent_id)
    SELECT DISTINCT a.tenant_id, a.agent_id FROM after a
    JOIN before b ON b.tenant_id = a.tenant_id AND b.agent_id = a.agent_id AND b.version = a.version AND b.day = a.day
      AND b.is_sample = a.is_sample
    WHERE (a.succeeded, a.failed, a.cancelled, a.invalid, a.duration_ms, a.last_at)
      IS DISTINCT FROM (b.succeeded, b.failed, b.cancelled, b.invalid, b.duration_ms, b.last_at)
    ORDER BY 1, 2
    ON CONFLICT (tenant_id, agent_id) DO UPDATE SET told = false WHERE f.told;
  ELSIF TG_OP = 'INSERT' THEN
    INSERT INTO agent_figures AS f (tenant_id, agent_id)
    SELECT DISTINCT tenant_id, agent_id FROM after ORDER BY 1, 2
    ON CONFLICT (tenant_id, agent_id) DO UPDATE SET told = false WHERE f.told;
  ELSE
    INSERT INTO agent_figures AS f (tenant_id, agent_id)
    SELECT DISTINCT tenant_id, agent_id FROM before ORDER BY 1, 2
    ON CONFLICT (tenant_id, agent_id) DO UPDATE SET told = false WHERE f.told;
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER agent_usage_days_made AFTER INSERT ON agent_usage_days
  REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION agent_figures_noted();
CREATE TRIGGER agent_usage_days_moved AFTER UPDATE ON agent_usage_days
  REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION agent_figures_noted();
CREATE TRIGGER agent_usage_days_gone AFTER DELETE ON agent_usage_days
  REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION agent_figures_noted();
