-- Documents go into the index on PostgreSQL 15 to 17, too, which do not tell old rows; and shorter lists of what is not in the
-- index yet, so that putting them in takes a second of a batch, not several, however large the index is.
SET LOCAL lock_timeout = '5s';
SET LOCAL search_path = search;

-- Puts documents in and takes others out, `removed` by key. Gives words that are new: `[[scope, term], …]`.
-- One at a time writes to a generation: what was there before the statement is what it replaces.
CREATE OR REPLACE FUNCTION index_apply_plain(into_generation int, puts json, removed text[])
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = search, pg_temp SET jit = off
SET gin_pending_list_limit = '16MB' AS $$
DECLARE
  fresh jsonb;
  empty jsonb;
BEGIN
  PERFORM index_assert_service();
  EXECUTE format($apply$
    WITH given AS MATERIALIZED (
      SELECT * FROM json_to_recordset($1) AS g (tenant_id text, key text, scope text, document jsonb, terms text[], words tsvector,
        facets text[], length float8, quality float8, updated float8, rating float8, usage float8, name text, mean numeric)
    ), was AS MATERIALIZED (
      SELECT d.key, d.scope, d.terms, w.scope AS words_scope, w.words FROM %1$I d LEFT JOIN %2$I w USING (generation, tenant_id, key)
      WHERE d.key IN (SELECT key FROM given)
    ), put AS (
      INSERT INTO %1$I AS d SELECT $3, tenant_id, key, scope, document, terms FROM given
      ON CONFLICT (key, tenant_id, generation) DO UPDATE SET scope = excluded.scope, document = excluded.document, terms = excluded.terms
      WHERE d.document IS DISTINCT FROM excluded.document
      RETURNING d.key, d.scope, d.terms
    ), put_words AS (
      INSERT INTO %2$I AS w
      SELECT $3, tenant_id, key, scope, words, facets, length, quality, updated, rating, usage, name, mean
      FROM given WHERE key IN (SELECT key FROM put)
      ON CONFLICT (key, tenant_id, generation) DO UPDATE SET scope = excluded.scope, words = excluded.words,
        facets = excluded.facets, length = excluded.length, quality = excluded.quality, updated = excluded.updated,
        rating = excluded.rating, usage = excluded.usage, name = excluded.name, mean = excluded.mean
      RETURNING w.key, w.scope, w.words
    ), gone AS (
      DELETE FROM %1$I WHERE key = ANY ($2) RETURNING scope, terms
    ), gone_words AS (
      DELETE FROM %2$I WHERE key = ANY ($2) RETURNING scope, words
    ), term_changes AS (
      SELECT scope, term, sum(change)::int AS change FROM (
        SELECT scope, unnest(terms) AS term, 1 AS change FROM put
        UNION ALL SELECT was.scope, unnest(was.terms), -1 FROM was JOIN put USING (key)
        UNION ALL SELECT scope, unnest(terms), -1 FROM gone) c
      GROUP BY scope, term HAVING sum(change) <> 0
    ), raised AS (
      INSERT INTO %3$I AS t SELECT $3, scope, term, change FROM term_changes WHERE change > 0 ORDER BY scope, term
      ON CONFLICT (scope, term, generation) DO UPDATE SET documents = t.documents + excluded.documents
    ), lowered AS (
      UPDATE %3$I t SET documents = t.documents + c.change FROM term_changes c
      WHERE c.change < 0 AND t.scope = c.scope AND t.term = c.term
      RETURNING t.documents = 0 AS is_empty, t.scope, t.term
    ), lexeme_changes AS (
      SELECT scope, lexeme, sum(change)::int AS change FROM (
        SELECT scope, unnest(index_counted(words)) AS lexeme, 1 AS change FROM put_words
        UNION ALL SELECT was.words_scope, unnest(index_counted(was.words)), -1 FROM was JOIN put_words USING (key)
        UNION ALL SELECT scope, unnest(index_counted(words)), -1 FROM gone_words) c
      GROUP BY scope, lexeme HAVING sum(change) <> 0
    ), lexemes_raised AS (
      INSERT INTO %4$I AS l SELECT $3, scope, lexeme, change FROM lexeme_changes WHERE change > 0 ORDER BY scope, lexeme
      ON CONFLICT (scope, lexeme, generation) DO UPDATE SET documents = l.documents + excluded.documents
    ), lexemes_lowered AS (
      UPDATE %4$I l SET documents = l.documents + c.change FROM lexeme_changes c
      WHERE c.change < 0 AND l.scope = c.scope AND l.lexeme = c.lexeme
      RETURNING l.documents = 0 AS is_empty, l.scope, l.lexeme
    )
    SELECT (SELECT jsonb_agg(jsonb_build_array(scope, term)) FROM term_changes c WHERE change > 0
              AND (SELECT t.term FROM %3$I t WHERE t.scope = c.scope AND t.term = c.term) IS NULL),
           jsonb_build_object(
             'terms', (SELECT jsonb_agg(jsonb_build_object('scope', scope, 'name', term)) FROM lowered WHERE is_empty),
             'lexemes', (SELECT jsonb_agg(jsonb_build_object('scope', scope, 'name', lexeme)) FROM lexemes_lowered WHERE is_empty))
    $apply$, index_partition('index_documents', into_generation), index_partition('index_words', into_generation),
    index_partition('index_terms', into_generation), index_partition('index_lexemes', into_generation))
  INTO fresh, empty USING puts, removed, into_generation;

  IF jsonb_typeof(empty -> 'terms') = 'array' THEN
    EXECUTE format('DELETE FROM %I t USING jsonb_to_recordset($1) AS e (scope text, name text)
                    WHERE t.scope = e.scope AND t.term = e.name AND t.documents = 0',
                   index_partition('index_terms', into_generation)) USING empty -> 'terms';
  END IF;
  IF jsonb_typeof(empty -> 'lexemes') = 'array' THEN
    EXECUTE format('DELETE FROM %I l USING jsonb_to_recordset($1) AS e (scope text, name text)
                    WHERE l.scope = e.scope AND l.lexeme = e.name AND l.documents = 0',
                   index_partition('index_lexemes', into_generation)) USING empty -> 'lexemes';
  END IF;
  RETURN coalesce(fresh, '[]');
END
$$;
