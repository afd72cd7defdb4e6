-- Lists in the order of ratings, and of templates that are rated well enough.
--
-- The Bayesian mean of a template moves with every rating in its category: it cannot be stored and be right. So it is
-- computed here for every rated template, from one index; templates are looked up only until the page is full.

SET LOCAL search_path = marketplace;

CREATE INDEX template_rating_totals_rated ON template_rating_totals (tenant_id, template_id)
  INCLUDE (category, rating_sum, rating_count) WHERE rating_count > 0;

/*
 * A page of the templates that find_templates would give, of those alone whose mean is at least `min_rating` if that is
 * given. `sort` may be rating, too: by the Bayesian mean, which is then the rank, and behind all of those the unrated
 * templates, latest changed first, with rank 0.
 */
CREATE FUNCTION find_rated_templates(
  groups jsonb, search text, sort text, min_rating double precision,
  after_key text, after_rank double precision, after_tenant text, after_template text, page_size int)
RETURNS TABLE (tenant_id text, template_id text, name_key text, rank double precision)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = marketplace, pg_temp
SET enable_seqscan = off SET jit = off AS $$
DECLARE
  me       text := coalesce(current_setting('app.tenant_id', true), '');
  asked    tsquery := template_search_query(search);
  wanted   tsquery := template_query(me, groups);
  after_at timestamptz := CASE WHEN sort <> 'name' THEN after_key::timestamptz END;
  missing  int := page_size;
  batch    int;
  seen     int;
  found    record;
BEGIN
  IF numnode(asked) = 0 THEN
    RETURN;
  END IF;
  wanted := coalesce(wanted && asked, wanted);

  IF sort <> 'rating' THEN
    RETURN QUERY
      SELECT f.tenant_id, f.template_id, f.name_key, f.rank FROM (
        SELECT s.*, CASE WHEN sort = 'relevance' THEN ts_rank_cd('{0.02, 0.1, 0.3, 1}', s.words, asked) ELSE 0 END::double precision AS rank
        FROM template_rating_totals r JOIN template_search s USING (tenant_id, template_id)
        WHERE r.rating_count > 0 AND r.rating_sum::double precision / r.rating_count >= min_rating AND s.words @@ wanted) f
      WHERE after_key IS NULL
         OR sort = 'name' AND (f.name_key, f.tenant_id, f.template_id) > (after_key, after_tenant, after_template)
         OR sort <> 'name' AND (f.rank, f.updated_at, f.tenant_id, f.template_id) < (after_rank, after_at, after_tenant, after_template)
      ORDER BY CASE WHEN sort = 'name' THEN f.name_key END, CASE WHEN sort = 'name' THEN f.tenant_id END,
               CASE WHEN sort = 'name' THEN f.template_id END, f.rank DESC, f.updated_at DESC, f.tenant_id DESC, f.template_id DESC
      LIMIT page_size;
    RETURN;
  END IF;

  IF coalesce(after_rank, 5) > 0 THEN
    RETURN QUERY
      WITH priors AS MATERIALIZED (SELECT p.category, p.prior FROM rating_priors() p)
      SELECT r.tenant_id, r.template_id, s.name_key, r.score FROM (
        SELECT t.tenant_id, t.template_id, (15 * coalesce(p.prior, other.prior) + t.rating_sum) / (15 + t.rating_count) AS score
        FROM template_rating_totals t
        LEFT JOIN priors p ON p.category = t.category
        JOIN priors other ON other.category IS NULL
        WHERE t.rating_count > 0 AND (min_rating IS NULL OR t.rating_sum::double precision / t.rating_count >= min_rating)
        ORDER BY score DESC, t.tenant_id DESC, t.template_id DESC) r
      -- Looked up one by one, in their order, until the page is full.
      JOIN LATERAL (
        SELECT l.name_key FROM template_search l
        WHERE l.tenant_id = r.tenant_id AND l.template_id = r.template_id AND l.words @@ wanted OFFSET 0) s ON true
      WHERE after_rank IS NULL OR (r.score, r.tenant_id, r.template_id) < (after_rank, after_tenant, after_template)
      ORDER BY r.score DESC, r.tenant_id DESC, r.template_id DESC
      LIMIT page_size;
    GET DIAGNOSTICS seen = ROW_COUNT;
    missing := missing - seen;
    after_at := NULL;
    after_tenant := NULL;
    after_template := NULL;
  END IF;

  batch := greatest(missing, 200);
  WHILE min_rating IS NULL AND missing > 0 LOOP
    seen := 0;
    FOR found IN
      SELECT s.tenant_id, s.template_id, s.name_key, s.updated_at, coalesce(r.rating_count, 0) > 0 AS is_rated
      FROM find_templates(groups, search, 'recent', after_at::text, 0, after_tenant, after_template, batch)
           WITH ORDINALITY f (tenant_id, template_id, name_key, rank, place)
      JOIN template_search s ON s.tenant_id = f.tenant_id AND s.template_id = f.template_id
      LEFT JOIN template_rating_totals r ON r.tenant_id = f.tenant_id AND r.template_id = f.template_id
      ORDER BY f.place
    LOOP
      seen := seen + 1;
      after_at := found.updated_at;
      after_tenant := found.tenant_id;
      after_template := found.template_id;
      CONTINUE WHEN found.is_rated;
      tenant_id := found.tenant_id;
      template_id := found.template_id;
      name_key := found.name_key;
      rank := 0;
      RETURN NEXT;
      missing := missing - 1;
      EXIT WHEN missing = 0;
    END LOOP;
    EXIT WHEN seen < batch;
  END LOOP;
END
$$;

-- Counts of rated templates: the same function with one more argument. Without it, it is as it was.
DROP FUNCTION count_templates(jsonb, text, text[], int);

/*
 * How many templates that the transaction's tenant may see, that have at least one label of each group, that match the
 * search and whose mean is at least `min_rating`, there are in all (facet `total`), and of each of these facets how many
 * have each value: the `most` most frequent ones. A category counts for all above it. One pass over the matches, whatever
 * the number of facets.
 */
CREATE FUNCTION count_templates(groups jsonb, search text, facets text[], most int, min_rating double precision DEFAULT NULL)
RETURNS TABLE (facet text, value text, count int)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = marketplace, pg_temp SET jit = off AS $$
DECLARE
  me     text := coalesce(current_setting('app.tenant_id', true), '');
  asked  tsquery := template_search_query(search);
  wanted tsquery := template_query(me, groups);
  counts text := 'SELECT labels FROM template_search s WHERE words @@ %L::tsquery' || CASE WHEN min_rating IS NULL THEN '' ELSE
    ' AND EXISTS (SELECT FROM template_rating_totals r WHERE r.tenant_id = s.tenant_id AND r.template_id = s.template_id
                  AND r.rating_count > 0 AND r.rating_sum::double precision / r.rating_count >= ' || min_rating || ')' END;
BEGIN
  IF numnode(asked) = 0 THEN
    RETURN;
  END IF;
  wanted := coalesce(wanted && asked, wanted);
  RETURN QUERY
    WITH RECURSIVE label (word, ndoc) AS MATERIALIZED (
      SELECT word, ndoc FROM ts_stat(format(counts, wanted)) WHERE word NOT LIKE 'own:%'
      UNION ALL
      SELECT substr(word, 5), ndoc
      FROM ts_stat(format(counts, wanted && label_in_query('tenant:' || me)::tsquery && '''own:environment:'':*'))
      WHERE me <> '' AND 'environment' = ANY (facets) AND word LIKE 'own:%'
    ), line (below, above) AS (
      SELECT substr(word, 10) COLLATE "C", substr(word, 10) COLLATE "C" FROM label WHERE word LIKE 'category:%'
      UNION
      SELECT below, parent_id FROM line JOIN categories ON category_id = above WHERE parent_id IS NOT NULL
    ), counted (facet, value, ndoc) AS (
      SELECT split_part(word, ':', 1), substr(word, strpos(word, ':') + 1), ndoc FROM label WHERE word NOT LIKE 'category:%'
      UNION ALL
      SELECT 'category', above, ndoc FROM line JOIN label ON word = 'category:' || below
    ), ranked AS (
      SELECT c.facet, c.value, sum(ndoc)::int AS count,
             row_number() OVER (PARTITION BY c.facet ORDER BY sum(ndoc) DESC, c.value COLLATE "C") AS place
      FROM counted c WHERE c.facet = ANY (facets) GROUP BY c.facet, c.value
    )
    SELECT 'total', '', coalesce(sum(ndoc), 0)::int FROM label WHERE word LIKE 'kind:%'
    UNION ALL
    (SELECT r.facet, r.value, r.count FROM ranked r WHERE place <= most ORDER BY r.facet, place);
END
$$;

REVOKE EXECUTE ON FUNCTION find_rated_templates, count_templates FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_rated_templates, count_templates TO nofx_marketplace;
