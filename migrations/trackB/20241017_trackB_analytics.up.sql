-- How templates are doing: the ways in which rollups are read.
--
-- Sums over many templates ask once for each template who may see it, not for each of its days: functions of the owner sum
-- up first, and then leave out what the transaction's tenant may not see. They say themselves what that is, since an owner
-- may be one whom no policy binds.

SET LOCAL search_path = marketplace;

-- Whoever runs another tenant's template sees their own runs: a few among those of everybody.
CREATE INDEX template_rollups_of_others ON template_rollups (tenant_id, template_tenant, template_id, grain, at)
  WHERE tenant_id <> template_tenant;
CREATE INDEX template_latencies_of_others ON template_latencies (tenant_id, template_tenant, template_id, grain, at)
  WHERE tenant_id <> template_tenant;
CREATE INDEX template_failures_of_others ON template_failures (tenant_id, template_tenant, template_id, grain, at)
  WHERE tenant_id <> template_tenant;
CREATE INDEX template_subjects_of_others ON template_subjects (tenant_id, template_tenant, template_id, grain, at)
  WHERE tenant_id <> template_tenant;
CREATE INDEX template_days_of_tenant ON template_days (template_tenant, day);

CREATE INDEX template_popularity_popular ON template_popularity (popularity, tenant_id, template_id) WHERE usage_30d > 0;
CREATE INDEX template_popularity_trending ON template_popularity (trend, tenant_id, template_id);
CREATE INDEX template_popularity_success ON template_popularity (success, tenant_id, template_id) WHERE success IS NOT NULL;

-- The functions below run as the owner, whom the policies bind as well.
CREATE POLICY template_days_summed ON template_days FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY template_popularity_sorted ON template_popularity FOR SELECT TO CURRENT_USER USING (true);

/*
 * What runs of these days add up to, for each template that the transaction's tenant may read, or only for its own ones.
 */
CREATE FUNCTION used_templates(first_day date, last_day date, only_own boolean)
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
CREATE FUNCTION trending_templates(first_day date, runs_min int, only_own boolean, most int)
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

/*
 * A page of the templates that find_templates would give, with `min_rating` of those alone whose mean is at least that, by
 * how they are run: `sort` is popular, trending or success. What they are sorted by is their rank. Behind all of those come
 * the templates without such runs, by name, with rank -1. Templates are looked up from an index until the page is full.
 */
CREATE FUNCTION find_used_templates(
  groups jsonb, search text, sort text, min_rating double precision,
  after_key text, after_rank double precision, after_tenant text, after_template text, page_size int)
RETURNS TABLE (tenant_id text, template_id text, name_key text, rank double precision)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = marketplace, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
DECLARE
  asked     tsquery := template_search_query(search);
  wanted    tsquery := template_query(coalesce(current_setting('app.tenant_id', true), ''), groups);
  score     text := CASE sort WHEN 'popular' THEN 'popularity' WHEN 'trending' THEN 'trend' ELSE 'success' END;
  is_ranked text := CASE sort WHEN 'popular' THEN 'p.usage_30d > 0' WHEN 'trending' THEN 'p.trend IS NOT NULL' ELSE 'p.success IS NOT NULL' END;
  behind    text := CASE WHEN after_rank IS NULL THEN '' ELSE format('AND (p.%s, p.tenant_id, p.template_id) < ($3, $4, $5)', score) END;
  rated     text := CASE WHEN min_rating IS NULL THEN '' ELSE
    'AND EXISTS (SELECT FROM template_rating_totals r WHERE r.tenant_id = l.tenant_id AND r.template_id = l.template_id
                 AND r.rating_count > 0 AND r.rating_sum::double precision / r.rating_count >= $6)' END;
  by_name   text := CASE WHEN min_rating IS NULL THEN 'find_templates($1, $2, ''name'', $3, 0, $4, $5, $6)'
                         ELSE 'find_rated_templates($1, $2, ''name'', $7, $3, 0, $4, $5, $6)' END;
  missing   int := page_size;
  batch     int;
  seen      int;
  found     record;
BEGIN
  IF numnode(asked) = 0 THEN
    RETURN;
  END IF;
  wanted := coalesce(wanted && asked, wanted);

  IF coalesce(after_rank, 0) >= 0 THEN
    RETURN QUERY EXECUTE format('
      SELECT p.tenant_id, p.template_id, s.name_key, p.%1$s FROM template_popularity p
      JOIN LATERAL (
        SELECT l.name_key FROM template_search l
        WHERE l.tenant_id = p.tenant_id AND l.template_id = p.template_id AND l.words @@ $1 %2$s OFFSET 0) s ON true
      WHERE %3$s %4$s ORDER BY p.%1$s DESC, p.tenant_id DESC, p.template_id DESC LIMIT $2', score, rated, is_ranked, behind)
      USING wanted, page_size, after_rank, after_tenant, after_template, min_rating;
    GET DIAGNOSTICS seen = ROW_COUNT;
    missing := missing - seen;
    after_key := NULL;
    after_tenant := NULL;
    after_template := NULL;
  END IF;

  batch := greatest(missing, 200);
  WHILE missing > 0 LOOP
    seen := 0;
    FOR found IN EXECUTE format('
      SELECT f.tenant_id, f.template_id, f.name_key,
             EXISTS (SELECT FROM template_popularity p WHERE p.tenant_id = f.tenant_id AND p.template_id = f.template_id AND %s) AS is_ranked
      FROM %s WITH ORDINALITY f (tenant_id, template_id, name_key, rank, place) ORDER BY f.place', is_ranked, by_name)
      USING groups, search, after_key, after_tenant, after_template, batch, min_rating
    LOOP
      seen := seen + 1;
      after_key := found.name_key;
      after_tenant := found.tenant_id;
      after_template := found.template_id;
      CONTINUE WHEN found.is_ranked;
      tenant_id := found.tenant_id;
      template_id := found.template_id;
      name_key := found.name_key;
      rank := -1;
      RETURN NEXT;
      missing := missing - 1;
      EXIT WHEN missing = 0;
    END LOOP;
    EXIT WHEN seen < batch;
  END LOOP;
END
$$;

REVOKE EXECUTE ON FUNCTION used_templates, trending_templates, find_used_templates FROM PUBLIC;
GRANT EXECUTE ON FUNCTION used_templates, trending_templates, find_used_templates TO nofx_marketplace;
