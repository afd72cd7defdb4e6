SET LOCAL search_path = marketplace;

DROP FUNCTION find_rated_templates;
DROP FUNCTION count_templates(jsonb, text, text[], int, double precision);
DROP INDEX template_rating_totals_rated;

CREATE FUNCTION count_templates(groups jsonb, search text, facets text[], most int)
RETURNS TABLE (facet text, value text, count int)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = marketplace, pg_temp SET jit = off AS $$
DECLARE
  me     text := coalesce(current_setting('app.tenant_id', true), '');
  asked  tsquery := template_search_query(search);
  wanted tsquery := template_query(me, groups);
  counts text := 'SELECT labels FROM template_search WHERE words @@ %L::tsquery';
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

REVOKE EXECUTE ON FUNCTION count_templates FROM PUBLIC;
GRANT EXECUTE ON FUNCTION count_templates TO nofx_marketplace;
