-- Runs are claimed at the cost of new ones, which nearly all are. Dashboards of the last 30 days are read from what
-- templates are compared by: a row for each template, not one for each of its days.

SET LOCAL search_path = marketplace;

/*
 * Claims the names of runs, given in one order, for the transaction's tenant; gives the places of those that were not claimed
 * before, of equal names the first, and nothing if all of them are new. Finding out about each name before it is written
 * takes half as long again as writing it: so all are taken to be new, until one is not.
 */
CREATE FUNCTION claim_runs(tenant text, runs text[], days date[], places int[])
RETURNS int[] LANGUAGE plpgsql VOLATILE SET search_path = marketplace, pg_temp AS $$
DECLARE
  news int[];
BEGIN
  INSERT INTO template_runs (tenant_id, run_id, day) SELECT tenant, r.run_id, r.day FROM unnest(runs, days) AS r (run_id, day);
  RETURN NULL;
EXCEPTION WHEN unique_violation THEN
  WITH firsts AS MATERIALIZED (
    SELECT DISTINCT ON (r.run_id COLLATE "C") r.run_id, r.day, r.place
    FROM unnest(runs, days, places) AS r (run_id, day, place) ORDER BY r.run_id COLLATE "C", r.place
  ), claimed AS (
    INSERT INTO template_runs (tenant_id, run_id, day) SELECT tenant, f.run_id, f.day FROM firsts f ORDER BY f.run_id COLLATE "C"
    ON CONFLICT DO NOTHING
    RETURNING template_runs.run_id
  )
  SELECT coalesce(array_agg(f.place), '{}') INTO news FROM firsts f WHERE f.run_id IN (SELECT c.run_id FROM claimed c);
  RETURN news;
END
$$;
REVOKE EXECUTE ON FUNCTION claim_runs FROM PUBLIC;
GRANT EXECUTE ON FUNCTION claim_runs TO nofx_marketplace;

-- The rest of what a template's last 30 and 7 days add up to. Rows of today are of yesterday then: they are counted anew
-- within a minute, and from their days until then.
ALTER TABLE template_popularity
  ADD COLUMN cancelled_30d   bigint NOT NULL DEFAULT 0,
  ADD COLUMN invalid_30d     bigint NOT NULL DEFAULT 0,
  ADD COLUMN cost_micros_30d bigint NOT NULL DEFAULT 0,
  ADD COLUMN cost_told_30d   bigint NOT NULL DEFAULT 0,
  ADD COLUMN runs_7d         bigint NOT NULL DEFAULT 0,
  ADD COLUMN has_sample_7d   boolean NOT NULL DEFAULT false;
UPDATE template_popularity SET as_of_day = as_of_day - 1;

/*
 * What runs of these days add up to, for each template that the transaction's tenant may read, or only for its own ones.
 * The 30 days that end where templates are compared are known already, but for templates that wait for being counted.
 */
CREATE OR REPLACE FUNCTION used_templates(first_day date, last_day date, only_own boolean)
RETURNS TABLE (tenant_id text, template_id text, name text, category text, is_own boolean, has_sample boolean,
  succeeded bigint, failed bigint, cancelled bigint, invalid bigint, tokens bigint, tokens_told bigint,
  cost_micros bigint, cost_told bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = marketplace, pg_temp SET jit = off AS $$
DECLARE
  me   text := coalesce(current_setting('app.tenant_id', true), '');
  sums text := 'bool_or(is_sample) AS has_sample, sum(succeeded)::bigint AS succeeded, sum(failed)::bigint AS failed,
                sum(cancelled)::bigint AS cancelled, sum(invalid)::bigint AS invalid, sum(tokens)::bigint AS tokens,
                sum(tokens_told)::bigint AS tokens_told, sum(cost_micros)::bigint AS cost_micros,
                sum(cost_told)::bigint AS cost_told';
  used text;
BEGIN
  IF last_day - first_day = 29 AND last_day = (SELECT max(p.as_of_day) FROM template_popularity p) THEN
    used := format('
      SELECT tenant_id AS template_tenant, template_id, has_sample, succeeded_30d AS succeeded, failed_30d AS failed,
             cancelled_30d AS cancelled, invalid_30d AS invalid, tokens_30d AS tokens, tokens_told_30d AS tokens_told,
             cost_micros_30d AS cost_micros, cost_told_30d AS cost_told
      FROM template_popularity WHERE as_of_day = $3 AND usage_30d > 0 %2$s
      UNION ALL
      SELECT p.tenant_id, p.template_id, s.* FROM template_popularity p
      CROSS JOIN LATERAL (
        SELECT %1$s FROM template_days
        WHERE template_tenant = p.tenant_id AND template_id = p.template_id AND day BETWEEN $2 AND $3 HAVING count(*) > 0) s
      WHERE p.as_of_day <> $3 %2$s', sums, CASE WHEN only_own THEN 'AND tenant_id = $1' ELSE '' END);
  ELSE
    used := format('
      SELECT template_tenant, template_id, %s FROM template_days
      WHERE day BETWEEN $2 AND $3 %s GROUP BY template_tenant, template_id',
      sums, CASE WHEN only_own THEN 'AND template_tenant = $1' ELSE '' END);
  END IF;
  RETURN QUERY EXECUTE format('
    SELECT t.tenant_id, t.template_id, t.name, t.category, t.tenant_id = $1, d.has_sample,
           d.succeeded, d.failed, d.cancelled, d.invalid, d.tokens, d.tokens_told, d.cost_micros, d.cost_told
    FROM (%s) d
    JOIN templates t ON t.tenant_id = d.template_tenant AND t.template_id = d.template_id
    WHERE t.tenant_id = $1 OR t.visibility = ''public'' AND t.status <> ''disabled'' OR current_setting(''app.role'', true) = ''service''',
    used) USING me, first_day, last_day;
END
$$;

/*
 * The templates with the highest trend among those that the transaction's tenant may read, or its own ones, with so many
 * runs in the seven days from that one on.
 */
CREATE OR REPLACE FUNCTION trending_templates(first_day date, runs_min int, only_own boolean, most int)
RETURNS TABLE (tenant_id text, template_id text, name text, trend double precision, runs bigint, has_sample boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = marketplace, pg_temp SET jit = off AS $$
DECLARE
  me text := coalesce(current_setting('app.tenant_id', true), '');
BEGIN
  RETURN QUERY EXECUTE format('
    SELECT t.tenant_id, t.template_id, t.name, d.trend, d.runs, d.has_sample
    FROM (
      SELECT tenant_id, template_id, trend, runs_7d AS runs, has_sample_7d AS has_sample
      FROM template_popularity WHERE as_of_day = $2 + 6 AND runs_7d >= $3 %1$s
      UNION ALL
      SELECT p.tenant_id, p.template_id, p.trend, s.runs, s.has_sample FROM template_popularity p
      CROSS JOIN LATERAL (
        SELECT sum(succeeded + failed + cancelled + invalid)::bigint AS runs, bool_or(is_sample) AS has_sample
        FROM template_days
        WHERE template_tenant = p.tenant_id AND template_id = p.template_id AND day BETWEEN $2 AND $2 + 6) s
      WHERE p.as_of_day <> $2 + 6 AND s.runs >= $3 %1$s) d
    JOIN templates t ON t.tenant_id = d.tenant_id AND t.template_id = d.template_id
    WHERE t.tenant_id = $1 OR t.visibility = ''public'' AND t.status <> ''disabled'' OR current_setting(''app.role'', true) = ''service''
    ORDER BY d.trend DESC, t.tenant_id, t.template_id LIMIT $4',
    CASE WHEN only_own THEN 'AND tenant_id = $1' ELSE '' END) USING me, first_day, runs_min, most;
END
$$;
