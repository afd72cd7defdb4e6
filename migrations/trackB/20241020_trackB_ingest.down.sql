SET LOCAL search_path = marketplace;

/*
 * What runs of these days add up to, for each template that the transaction's tenant may read, or only for its own ones.
 */
CREATE OR REPLACE FUNCTION used_templates(first_day date, last_day date, only_own boolean)
RETURNS TABLE (tenant_id text, template_id text, name text, category text, is_own boolean, has_sample boolean,
  succeeded bigint, failed bigint, cancelled bigint, invalid bigint, tokens bigint, tokens_told bigint,
  cost_micros bigint, cost_told bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = marketplace, pg_temp SET jit = off AS $$
DECLARE
  me text := coalesce(current_setting('app.tenant_id', true), '');
BEGIN
  RETURN QUERY EXECUTE format('
    SELECT t.tenant_id, t.template_id, t.name, t.category, t.tenant_id = $1, d.has_sample,
           d.succeeded, d.failed, d.cancelled, d.invalid, d.tokens, d.tokens_told, d.cost_micros, d.cost_told
    FROM (
      SELECT template_tenant, template_id, bool_or(is_sample) AS has_sample, sum(succeeded)::bigint AS succeeded,
             sum(failed)::bigint AS failed, sum(cancelled)::bigint AS cancelled, sum(invalid)::bigint AS invalid,
             sum(tokens)::bigint AS tokens, sum(tokens_told)::bigint AS tokens_told,
             sum(cost_micros)::bigint AS cost_micros, sum(cost_told)::bigint AS cost_told
      FROM template_days WHERE day BETWEEN $2 AND $3 %s GROUP BY template_tenant, template_id) d
    JOIN templates t ON t.tenant_id = d.template_tenant AND t.template_id = d.template_id
    WHERE t.tenant_id = $1 OR t.visibility = ''public'' AND t.status <> ''disabled'' OR current_setting(''app.role'', true) = ''service''',
    CASE WHEN only_own THEN 'AND template_tenant = $1' ELSE '' END) USING me, first_day, last_day;
END
$$;

/*
 * The templates with the highest trend among those that the transaction's tenant may read, or its own ones, with so many
 * runs since that day.
 */
CREATE OR REPLACE FUNCTION trending_templates(first_day date, runs_min int, only_own boolean, most int)
RETURNS TABLE (tenant_id text, template_id text, name text, trend double precision, runs bigint, has_sample boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = marketplace, pg_temp SET jit = off AS $$
DECLARE
  me text := coalesce(current_setting('app.tenant_id', true), '');
BEGIN
  RETURN QUERY EXECUTE format('
    SELECT t.tenant_id, t.template_id, t.name, p.trend, d.runs, d.has_sample
    FROM (
      SELECT template_tenant, template_id, bool_or(is_sample) AS has_sample,
             sum(succeeded + failed + cancelled + invalid)::bigint AS runs
      FROM template_days WHERE day >= $2 %s GROUP BY template_tenant, template_id
      HAVING sum(succeeded + failed + cancelled + invalid) >= $3) d
    JOIN templates t ON t.tenant_id = d.template_tenant AND t.template_id = d.template_id
    JOIN template_popularity p ON p.tenant_id = d.template_tenant AND p.template_id = d.template_id
    WHERE t.tenant_id = $1 OR t.visibility = ''public'' AND t.status <> ''disabled'' OR current_setting(''app.role'', true) = ''service''
    ORDER BY p.trend DESC, t.tenant_id, t.template_id LIMIT $4',
    CASE WHEN only_own THEN 'AND template_tenant = $1' ELSE '' END) USING me, first_day, runs_min, most;
END
$$;

ALTER TABLE template_popularity DROP COLUMN cancelled_30d, DROP COLUMN invalid_30d, DROP COLUMN cost_micros_30d,
  DROP COLUMN cost_told_30d, DROP COLUMN runs_7d, DROP COLUMN has_sample_7d;
DROP FUNCTION claim_runs;
