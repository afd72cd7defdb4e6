-- What is searched: documents, the words they have, and how many documents have a word.
--
-- Everything is kept per generation of the index, in partitions that are made and dropped as a whole. The service has no
-- access to these tables: full-text operators are not leakproof, so under a policy for tenants the planner would not use
-- their index. It calls functions, which take who searches as arguments and show what is public and what is of that tenant.

SET LOCAL search_path = search;

-- Tables -----------------------------------------------------------------------------------------------------------------

-- Documents as they are shown. `key` is `type:tenant/id`. `scope` is the tenant of a private document, empty for a public one.
CREATE TABLE index_documents (
  generation int NOT NULL,
  tenant_id  text COLLATE "C" NOT NULL,
  key        text COLLATE "C" NOT NULL,
  scope      text COLLATE "C" NOT NULL CHECK (scope IN ('', tenant_id)),
  document   jsonb NOT NULL,
  terms      text[] COLLATE "C" NOT NULL,
  PRIMARY KEY (key, tenant_id, generation)
) PARTITION BY LIST (generation);
COMMENT ON COLUMN index_documents.terms IS 'The words it counts for in index_terms';

-- What documents are found and ordered by.
CREATE TABLE index_words (
  generation int NOT NULL,
  tenant_id  text COLLATE "C" NOT NULL,
  key        text COLLATE "C" NOT NULL,
  scope      text COLLATE "C" NOT NULL CHECK (scope IN ('', tenant_id)),
  words      tsvector NOT NULL,
  facets     text[] COLLATE "C" NOT NULL,
  length     float8 NOT NULL CHECK (length > 0),
  quality    float8 NOT NULL,
  updated    float8 NOT NULL,
  rating     float8 NOT NULL,
  usage      float8 NOT NULL,
  name       text COLLATE "C" NOT NULL,
  mean       numeric NOT NULL,
  PRIMARY KEY (key, tenant_id, generation)
) PARTITION BY LIST (generation);
COMMENT ON COLUMN index_words.words IS
  'Stems with places and fields; !stem of names and labels; =a whole name; ^beginnings of words of names, ~these words; field:value; @scope; #tiers';
COMMENT ON COLUMN index_words.length IS 'What the document''s length divides by: 1 for a usual one';
COMMENT ON COLUMN index_words.updated IS 'Milliseconds since 1970';
COMMENT ON COLUMN index_words.mean IS 'Mean rating; 0: unrated';
ALTER TABLE index_words ALTER words SET STORAGE MAIN;
CREATE INDEX index_words_words ON index_words USING gin (words);
CREATE INDEX index_words_quality ON index_words (quality, key);
CREATE INDEX index_words_updated ON index_words (updated, key);
CREATE INDEX index_words_rating ON index_words (rating, key);
CREATE INDEX index_words_usage ON index_words (usage, key);
CREATE INDEX index_words_name ON index_words (name, key);

-- The dictionary: words as they are written, in how many documents of a scope. `deletions` are what typos are found by.
CREATE TABLE index_terms (
  generation int NOT NULL,
  scope      text COLLATE "C" NOT NULL,
  term       text COLLATE "C" NOT NULL,
  documents  int NOT NULL CHECK (documents >= 0),
  deletions  int[],
  PRIMARY KEY (scope, term, generation)
) PARTITION BY LIST (generation);
CREATE INDEX index_terms_deletions ON index_terms USING gin (deletions);

-- How many documents of a scope have what stands in index_words.words.
CREATE TABLE index_lexemes (
  generation int NOT NULL,
  scope      text COLLATE "C" NOT NULL,
  lexeme     text COLLATE "C" NOT NULL,
  documents  int NOT NULL CHECK (documents >= 0),
  PRIMARY KEY (scope, lexeme, generation)
) PARTITION BY LIST (generation);

-- Row-level security binds the owner, too, whose functions these tables are for. Nobody else has any right to them.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['index_documents', 'index_words', 'index_terms', 'index_lexemes'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY %I ON %I TO CURRENT_USER USING (true)', name || '_functions', name);
  END LOOP;
END
$$;

-- Generations --------------------------------------------------------------------------------------------------------------

CREATE FUNCTION index_partition(of_table text, generation int)
RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT of_table || '_' || generation $$;

-- Who writes is the service itself, not somebody it serves.
CREATE FUNCTION index_assert_service() RETURNS void LANGUAGE plpgsql STABLE SET search_path = search, pg_temp AS $$
BEGIN
  IF current_setting('app.role', true) IS DISTINCT FROM 'service' THEN
    RAISE EXCEPTION 'only the service keeps the index' USING ERRCODE = 'insufficient_privilege';
  END IF;
END
$$;

-- Makes room for a generation. One that is there stays as it is; tells whether it was made.
CREATE FUNCTION index_create(made int)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = search, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
  parent text;
  child  text;
BEGIN
  PERFORM index_assert_service();
  IF (made BETWEEN 1 AND 2000000000) IS NOT TRUE THEN
    RAISE EXCEPTION 'a generation is a number from 1';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('search.index_generations', 0));
  IF to_regclass('search.' || index_partition('index_words', made)) IS NOT NULL THEN
    RETURN false;
  END IF;
  FOREACH parent IN ARRAY ARRAY['index_documents', 'index_words', 'index_terms', 'index_lexemes'] LOOP
    child := index_partition(parent, made);
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', child, parent);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', child);
    EXECUTE format('CREATE POLICY %I ON %I TO CURRENT_USER USING (true)', child || '_functions', child);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (%s)', parent, child, made);
  END LOOP;
  -- Rows that are found are short of a page's third: what moves out of line is what is longer than that.
  EXECUTE format('ALTER TABLE %I SET (toast_tuple_target = 8000)', index_partition('index_words', made));
  -- Numbers of documents change all the time, in place.
  EXECUTE format('ALTER TABLE %I SET (fillfactor = 70)', index_partition('index_terms', made));
  EXECUTE format('ALTER TABLE %I SET (fillfactor = 70)', index_partition('index_lexemes', made));
  RETURN true;
END
$$;

-- Forgets a generation; tells whether it was there. Whoever would have to wait for it long gives up and comes again.
CREATE FUNCTION index_drop(dropped int)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = search, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
  parent text;
BEGIN
  PERFORM index_assert_service();
  IF (dropped BETWEEN 1 AND 2000000000) IS NOT TRUE THEN
    RAISE EXCEPTION 'a generation is a number from 1';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('search.index_generations', 0));
  IF to_regclass('search.' || index_partition('index_words', dropped)) IS NULL THEN
    RETURN false;
  END IF;
  FOREACH parent IN ARRAY ARRAY['index_documents', 'index_words', 'index_terms', 'index_lexemes'] LOOP
    EXECUTE format('DROP TABLE %I', index_partition(parent, dropped));
  END LOOP;
  RETURN true;
END
$$;

-- Everything has been put in: new words go straight into the index from now on, and the planner learns what is there.
CREATE FUNCTION index_settle(settled int)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = search, pg_temp SET maintenance_work_mem = '256MB' AS $$
DECLARE
  parent text;
  index  regclass;
BEGIN
  PERFORM index_assert_service();
  FOR index IN
    SELECT i.indexrelid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
    WHERE a.amname = 'gin' AND i.indrelid IN (to_regclass('search.' || index_partition('index_words', settled)),
                                              to_regclass('search.' || index_partition('index_terms', settled)))
  LOOP
    EXECUTE format('ALTER INDEX %s SET (fastupdate = off)', index);
    PERFORM gin_clean_pending_list(index);
  END LOOP;
  FOREACH parent IN ARRAY ARRAY['index_documents', 'index_words', 'index_terms', 'index_lexemes'] LOOP
    EXECUTE format('ANALYZE %I', index_partition(parent, settled));
  END LOOP;
END
$$;

-- How many documents and words a generation has.
CREATE FUNCTION index_size(counted int)
RETURNS TABLE (documents bigint, terms bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = search, pg_temp AS $$
BEGIN
  PERFORM index_assert_service();
  RETURN QUERY EXECUTE format('SELECT (SELECT coalesce(sum(l.documents), 0)::bigint FROM %I l WHERE lexeme = ''#0''),
                                      (SELECT count(DISTINCT term) FROM %I)',
                              index_partition('index_lexemes', counted), index_partition('index_terms', counted));
END
$$;

-- Changes ------------------------------------------------------------------------------------------------------------------

/*
 * Puts documents in and takes others out, and keeps the numbers of documents per word and scope exact. A document that is
 * there already as it is given is passed over. Gives the words that are new to a scope: `[scope, term]`.
 */
CREATE FUNCTION index_apply(into_generation int, puts json, removed text[])
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = search, pg_temp SET jit = off AS $$
DECLARE
  fresh jsonb;
  empty jsonb;
BEGIN
  PERFORM index_assert_service();
  EXECUTE format($apply$
    WITH given AS MATERIALIZED (
      SELECT * FROM json_to_recordset($1) AS g (tenant_id text, key text, scope text, document jsonb, terms text[], words tsvector,
        facets text[], length float8, quality float8, updated float8, rating float8, usage float8, name text, mean numeric)
    ), put AS (
      INSERT INTO %1$I AS d SELECT $3, tenant_id, key, scope, document, terms FROM given
      ON CONFLICT (key, tenant_id, generation) DO UPDATE SET scope = excluded.scope, document = excluded.document, terms = excluded.terms
      WHERE d.document IS DISTINCT FROM excluded.document
      RETURNING new.key, old.scope AS old_scope, old.terms AS old_terms, new.scope, new.terms
    ), put_words AS (
      INSERT INTO %2$I AS w
      SELECT $3, tenant_id, key, scope, words, facets, length, quality, updated, rating, usage, name, mean
      FROM given WHERE key IN (SELECT key FROM put)
      ON CONFLICT (key, tenant_id, generation) DO UPDATE SET scope = excluded.scope, words = excluded.words,
        facets = excluded.facets, length = excluded.length, quality = excluded.quality, updated = excluded.updated,
        rating = excluded.rating, usage = excluded.usage, name = excluded.name, mean = excluded.mean
      RETURNING old.scope AS old_scope, old.words AS old_words, new.scope, new.words
    ), gone AS (
      DELETE FROM %1$I WHERE key = ANY ($2) RETURNING scope, terms
    ), gone_words AS (
      DELETE FROM %2$I WHERE key = ANY ($2) RETURNING scope, words
    ), term_changes AS (
      SELECT scope, term, sum(change)::int AS change FROM (
        SELECT scope, unnest(terms) AS term, 1 AS change FROM put
        UNION ALL SELECT old_scope, unnest(old_terms), -1 FROM put WHERE old_terms IS NOT NULL
        UNION ALL SELECT scope, unnest(terms), -1 FROM gone) c
      GROUP BY scope, term HAVING sum(change) <> 0
    ), raised AS (
      INSERT INTO %3$I AS t SELECT $3, scope, term, change FROM term_changes WHERE change > 0 ORDER BY scope, term
      ON CONFLICT (scope, term, generation) DO UPDATE SET documents = t.documents + excluded.documents
      RETURNING old.term IS NULL AS is_new, new.scope, new.term
    ), lowered AS (
      UPDATE %3$I t SET documents = t.documents + c.change FROM term_changes c
      WHERE c.change < 0 AND t.scope = c.scope AND t.term = c.term
      RETURNING t.documents = 0 AS is_empty, t.scope, t.term
    ), lexeme_changes AS (
      SELECT scope, lexeme, sum(change)::int AS change FROM (
        SELECT scope, unnest(tsvector_to_array(words)) AS lexeme, 1 AS change FROM put_words
        UNION ALL SELECT old_scope, unnest(tsvector_to_array(old_words)), -1 FROM put_words WHERE old_words IS NOT NULL
        UNION ALL SELECT scope, unnest(tsvector_to_array(words)), -1 FROM gone_words) c
      WHERE left(lexeme, 1) NOT IN ('^', '~', '@')
      GROUP BY scope, lexeme HAVING sum(change) <> 0
    ), lexemes_raised AS (
      INSERT INTO %4$I AS l SELECT $3, scope, lexeme, change FROM lexeme_changes WHERE change > 0 ORDER BY scope, lexeme
      ON CONFLICT (scope, lexeme, generation) DO UPDATE SET documents = l.documents + excluded.documents
    ), lexemes_lowered AS (
      UPDATE %4$I l SET documents = l.documents + c.change FROM lexeme_changes c
      WHERE c.change < 0 AND l.scope = c.scope AND l.lexeme = c.lexeme
      RETURNING l.documents = 0 AS is_empty, l.scope, l.lexeme
    )
    SELECT (SELECT jsonb_agg(jsonb_build_array(scope, term)) FROM raised WHERE is_new),
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

-- Says what typos words are found by: `[{scope, term, deletions}]`.
CREATE FUNCTION index_spell(in_generation int, spelled json)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = search, pg_temp SET jit = off AS $$
BEGIN
  PERFORM index_assert_service();
  EXECUTE format('UPDATE %I t SET deletions = s.deletions
                  FROM json_to_recordset($1) AS s (scope text, term text, deletions int[])
                  WHERE t.scope = s.scope AND t.term = s.term', index_partition('index_terms', in_generation))
  USING spelled;
END
$$;

-- Questions ------------------------------------------------------------------------------------------------------------------

/*
 * What the viewer's dictionary has: in how many documents `words` are, and `lexemes`; words that begin with `beginnings`, the
 * most frequent first. Only what is public and what is of the tenant counts; everything for who sees all.
 */
CREATE FUNCTION index_dictionary(
  in_generation int, viewer text, sees_all boolean, words text[], beginnings text[], lexemes text[], beginnings_max int)
RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = search, pg_temp
SET enable_seqscan = off SET jit = off AS $$
DECLARE
  terms    text := index_partition('index_terms', in_generation);
  visible  text := CASE WHEN sees_all THEN 'true' ELSE 'scope IN ('''', $1)' END;
  answer   jsonb;
BEGIN
  EXECUTE format($ask$
    SELECT jsonb_build_object(
      'words', (SELECT jsonb_object_agg(term, documents) FROM (
        SELECT term, sum(documents) AS documents FROM %1$I WHERE %3$s AND term = ANY ($2) GROUP BY term) w),
      'lexemes', (SELECT jsonb_object_agg(lexeme, documents) FROM (
        SELECT lexeme, sum(documents) AS documents FROM %2$I WHERE %3$s AND lexeme = ANY ($4) GROUP BY lexeme) l),
      'beginnings', (SELECT jsonb_object_agg(beginning, found) FROM (
        SELECT beginning, (SELECT jsonb_agg(jsonb_build_object('word', term, 'frequency', documents)) FROM (
          SELECT term, sum(documents) AS documents FROM (
            SELECT term, documents FROM %1$I
            WHERE %3$s AND term >= beginning AND term < beginning || U&'\+10FFFF' LIMIT 5000) t
          GROUP BY term ORDER BY sum(documents) DESC, term LIMIT $5) b) AS found
        FROM unnest($3) AS beginning) p WHERE found IS NOT NULL))
    $ask$, terms, index_partition('index_lexemes', in_generation), visible)
  INTO answer USING viewer, words, beginnings, lexemes, beginnings_max;
  RETURN answer;
END
$$;

-- Words of the viewer's dictionary that have a key of `keys` in common with a typed word and are about as long.
CREATE FUNCTION index_similar(
  in_generation int, viewer text, sees_all boolean, keys int[], letters_min int, letters_max int, words_max int)
RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = search, pg_temp
SET enable_seqscan = off SET jit = off AS $$
DECLARE
  visible text := CASE WHEN sees_all THEN 'true' ELSE 'scope IN ('''', $1)' END;
  answer  jsonb;
BEGIN
  EXECUTE format($ask$
    SELECT jsonb_agg(jsonb_build_object('word', term, 'frequency', documents)) FROM (
      SELECT term, sum(documents) AS documents FROM %I
      WHERE deletions && $2 AND %s AND length(term) BETWEEN $3 AND $4
      GROUP BY term ORDER BY sum(documents) DESC, term LIMIT $5) s
    $ask$, index_partition('index_terms', in_generation), visible)
  INTO answer USING viewer, keys, letters_min, letters_max, words_max;
  RETURN coalesce(answer, '[]');
END
$$;

-- SQL of conditions that are not words, `[{column, range, negated}]`: `updated` in milliseconds, `mean` rating.
CREATE FUNCTION index_conditions(ranges jsonb)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(string_agg(format(' AND %s(%I::numeric <@ %L::numrange)', CASE WHEN negated THEN 'NOT ' ELSE '' END,
                                    CASE "column" WHEN 'updated' THEN 'updated' ELSE 'mean' END, range::numrange), ''), '')
  FROM jsonb_to_recordset(ranges) AS r ("column" text, range text, negated boolean)
$$;

-- Places of at most `places_max` rows of a tier that fit a query. `conditions` is SQL that the caller has made.
CREATE FUNCTION index_match(in_generation int, visible tsquery, conditions text, query tsquery, tier int, places_max int)
RETURNS tid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = search, pg_temp
SET enable_seqscan = off SET enable_indexscan = off SET jit = off AS $$
DECLARE
  wanted tsquery := query;
  places tid[];
BEGIN
  IF numnode(visible) > 0 THEN
    wanted := visible && wanted;
  END IF;
  IF tier > 0 THEN
    wanted := wanted && format('''#%s''', tier)::tsquery;
  END IF;
  EXECUTE format('SELECT ARRAY(SELECT ctid FROM %I WHERE words @@ $1%s LIMIT $2)', index_partition('index_words', in_generation), conditions)
  INTO places USING wanted, places_max;
  RETURN places;
END
$$;

-- Places of between `places_min` and `places_max` rows that fit, of the highest tiers that have so many.
CREATE FUNCTION index_gather(
  in_generation int, visible tsquery, conditions text, query tsquery, start_tier int, places_min int, places_max int,
  OUT places tid[], OUT tier int)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = search, pg_temp AS $$
DECLARE
  higher tid[];
BEGIN
  tier := start_tier;
  LOOP
    places := index_match(in_generation, visible, conditions, query, tier, places_max + 1);
    EXIT WHEN tier = 0 OR cardinality(places) >= places_min;
    tier := greatest(0, tier - CASE WHEN cardinality(places) * 8 < places_min THEN 3 ELSE 1 END);
  END LOOP;
  WHILE cardinality(places) > places_max AND tier < 12 LOOP
    higher := index_match(in_generation, visible, conditions, query, tier + 1, places_max + 1);
    EXIT WHEN cardinality(higher) < places_min / 2;
    places := higher;
    tier := tier + 1;
  END LOOP;
  places := places[1:places_max];
END
$$;

/*
 * SQL of the score of a row of index_words, as scoreOf(scoreParts(…)) has it. It takes the parameters of index_rank. The
 * amount of a word is what ts_rank makes of its places, by their fields' weights: each further place counts less.
 */
CREATE FUNCTION index_score(clauses int, has_exact boolean, all_fit boolean)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT concat_ws(' + ', 'quality', '$7 * exp(-greatest(0, $8 - updated / 86400000) / $9)',
    CASE WHEN has_exact THEN 'CASE WHEN words @@ $4 THEN $5 ELSE 0 END' END,
    CASE WHEN all_fit THEN '$6' ELSE 'CASE WHEN words @@ $10 THEN $6 ELSE 0 END' END,
    (SELECT string_agg(format('$2[%s] * (1 - 1 / (1 + ts_rank($11, words, $1[%1$s]) * $3[%1$s] / length))', n), ' + ')
     FROM generate_series(1, clauses) n))
$$;

/*
 * Facets of the rows at these places: how many have each value, the most frequent first, 50 at most. `share` is the part of
 * all matches that these rows are: numbers are extrapolated.
 */
CREATE FUNCTION index_facets(in_generation int, places tid[], names text[], share float8)
RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = search, pg_temp SET enable_seqscan = off SET jit = off AS $$
DECLARE
  counted jsonb;
BEGIN
  EXECUTE format($count$
    SELECT jsonb_object_agg(name, found) FROM (
      SELECT name, jsonb_agg(jsonb_build_object('value', value, 'count', greatest(number, round(number / $3))) ORDER BY number DESC, value) AS found
      FROM (
        SELECT split_part(facet, ':', 1) AS name, substr(facet, position(':' IN facet) + 1) AS value, number,
          row_number() OVER (PARTITION BY split_part(facet, ':', 1) ORDER BY number DESC, facet) AS place
        FROM (
          SELECT facet, count(*) AS number
          FROM (SELECT unnest(facets) AS facet FROM %I WHERE ctid = ANY ($1)) f
          GROUP BY facet) counted
        WHERE split_part(facet, ':', 1) = ANY ($2)) placed
      WHERE place <= 50 GROUP BY name) named
    $count$, index_partition('index_words', in_generation))
  INTO counted USING places, names, share;
  RETURN coalesce(counted, '{}');
END
$$;

/*
 * Searches. `request` is what the engine makes of a query (find.store.ts). No argument but `viewer` and `sees_all` says what
 * may be seen: rows fit by the index of scopes, and are checked again where documents are read.
 *
 * The work is bounded. Up to 1,000 matches are all ranked, and counted exactly. If there are more, the candidates are some
 * hundred matches of the highest tiers that have so many, and as many of those that have the words in names and labels.
 */
CREATE FUNCTION index_find(in_generation int, viewer text, sees_all boolean, request jsonb)
RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = search, pg_temp
SET enable_seqscan = off SET jit = off AS $$
DECLARE
  exactly    constant int := 1000;
  visible    tsquery := CASE WHEN NOT sees_all THEN ('''@''' || CASE viewer WHEN '' THEN ''
    ELSE ' | ''@' || replace(replace(viewer, '\', '\\'), '''', '''''') || '''' END)::tsquery END;
  conditions text := index_conditions(request -> 'ranges');
  all_query  tsquery := (request ->> 'all')::tsquery;
  query      tsquery := all_query;
  mode       text := coalesce(request ->> 'mode', 'all');
  part       jsonb := request -> 'allPart';
  sort       text := request ->> 'sort';
  words      text := index_partition('index_words', in_generation);
  shares     float8[] := ARRAY(SELECT jsonb_array_elements_text(request -> 'shares'));
  places     tid[];
  candidates tid[];
  gathered   record;
  sample     int := 0;
  more       boolean := false;
  total      int;
  path       jsonb;
  clauses    tsquery[] := ARRAY(SELECT (c ->> 'query')::tsquery FROM jsonb_array_elements(request -> 'clauses') c);
  weights    float8[] := ARRAY(SELECT (c ->> 'weight')::float8 FROM jsonb_array_elements(request -> 'clauses') c);
  scales     float8[] := ARRAY(SELECT (c ->> 'scale')::float8 FROM jsonb_array_elements(request -> 'clauses') c);
  score      text;
  ordered    text;
  hits       jsonb;
  facets     jsonb := '{}';
  facet      jsonb;
BEGIN
  -- Matches: all of them, or enough to know that there are more.
  LOOP
    IF mode = 'some' THEN
      query := (request ->> 'some')::tsquery;
      part := request -> 'somePart';
    END IF;
    sample := (part ->> 'tier')::int;
    LOOP
      places := index_match(in_generation, visible, conditions, query, sample, exactly + 1);
      EXIT WHEN sample = 0 OR cardinality(places) > exactly;
      sample := greatest(0, sample - CASE WHEN cardinality(places) * 8 < exactly THEN 3 ELSE 1 END);
    END LOOP;
    more := cardinality(places) > exactly;
    EXIT WHEN mode = 'some' OR more OR request -> 'some' = 'null' OR request ->> 'mode' = 'all'
      OR cardinality(places) >= (request ->> 'enough')::int;
    mode := 'some';
  END LOOP;

  candidates := places;
  total := least(exactly, cardinality(places));
  IF more THEN
    gathered := index_gather(in_generation, visible, conditions, query, least(12, sample + 1), 250, 700);
    places := gathered.places;
    sample := gathered.tier;
    candidates := places;
    IF sort = 'relevance' THEN
      FOR path IN SELECT jsonb_array_elements(part -> 'paths') LOOP
        gathered := index_gather(in_generation, visible, conditions, (path ->> 'query')::tsquery, (path ->> 'tier')::int, 100, 300);
        candidates := candidates || gathered.places;
      END LOOP;
    END IF;
  END IF;

  score := index_score(cardinality(clauses), request ->> 'exact' IS NOT NULL, mode = 'all');
  ordered := CASE sort WHEN 'relevance' THEN score WHEN 'recent' THEN 'updated' WHEN 'popular' THEN 'usage' ELSE sort END;
  IF more AND sort <> 'relevance' THEN
    -- Dense in any order: the index of the order is walked until the page is full.
    EXECUTE format('SELECT ARRAY(SELECT ctid FROM %1$I WHERE words @@ $1%2$s AND ($2 IS NULL OR (%3$s, key) %4$s ($2::%5$s, $3))
                    ORDER BY %3$s %6$s, key %6$s LIMIT $4)', words, conditions, ordered,
                   CASE sort WHEN 'name' THEN '>' ELSE '<' END, CASE sort WHEN 'name' THEN 'text COLLATE "C"' ELSE 'float8' END,
                   CASE sort WHEN 'name' THEN 'ASC' ELSE 'DESC' END)
    INTO candidates USING CASE WHEN visible IS NULL THEN query ELSE visible && query END,
                          request #>> '{after,value}', request #>> '{after,key}', (request ->> 'limit')::int;
  END IF;

  EXECUTE format($page$
    SELECT coalesce(jsonb_agg(jsonb_build_object('key', p.key, 'value', p.value, 'score', p.score, 'all', p.fits_all, 'exact', p.is_exact,
                                                 'words', p.amounts, 'document', d.document) ORDER BY p.place), '[]')
    FROM (
      SELECT row_number() OVER (ORDER BY value %7$s, key %7$s) AS place, t.*, %2$s AS score,
        words @@ $10 AS fits_all, coalesce(words @@ $4, false) AS is_exact,
        ARRAY(SELECT $2[n] * (1 - 1 / (1 + ts_rank($11, words, $1[n]) * $3[n] / length)) FROM generate_series(1, %3$s) n) AS amounts
      FROM (
        SELECT * FROM (SELECT w.*, %4$s AS value FROM %1$I w WHERE ctid = ANY ($12)) ranked
        WHERE $13 IS NULL OR (value, key) %5$s ($13::%6$s, $14)
        ORDER BY value %7$s, key %7$s LIMIT $15) t) p
    JOIN %8$I d ON d.key = p.key AND d.tenant_id = p.tenant_id AND ($16 OR d.scope IN ('', $17))
    $page$, words, score, cardinality(clauses), ordered, CASE sort WHEN 'name' THEN '>' ELSE '<' END,
    CASE sort WHEN 'name' THEN 'text COLLATE "C"' ELSE 'float8' END, CASE sort WHEN 'name' THEN 'ASC' ELSE 'DESC' END,
    index_partition('index_documents', in_generation))
  INTO hits USING clauses, weights, scales, (request ->> 'exact')::tsquery, (request ->> 'exactWeight')::float8,
    (request ->> 'allWeight')::float8, (request ->> 'freshnessWeight')::float8, (request ->> 'today')::float8,
    (request ->> 'freshnessDays')::float8, all_query,
    ARRAY(SELECT jsonb_array_elements_text(request -> 'fieldWeights'))::float4[], candidates,
    request #>> '{after,value}', request #>> '{after,key}', (request ->> 'limit')::int, sees_all, viewer;

  FOR facet IN SELECT jsonb_array_elements(request -> 'facets') LOOP
    IF facet -> 'all' = 'null' THEN
      facets := facets || index_facets(in_generation, places, ARRAY(SELECT jsonb_array_elements_text(facet -> 'names')),
                                       CASE WHEN more THEN shares[sample + 1] ELSE 1 END);
    ELSE
      gathered := index_gather(in_generation, visible, index_conditions(facet -> 'ranges'),
        (facet ->> mode)::tsquery, (facet ->> 'tier')::int, 700, exactly);
      facets := facets || index_facets(in_generation, gathered.places, ARRAY(SELECT jsonb_array_elements_text(facet -> 'names')),
                                       shares[gathered.tier + 1]);
    END IF;
  END LOOP;
  RETURN jsonb_build_object('mode', mode, 'total', total, 'more', more,
                            'hits', hits, 'facets', facets);
END
$$;

/*
 * Names for what was typed so far: of the documents whose names fit `query`, those of the highest tiers. Those whose name
 * begins with the text come first, then the best.
 */
CREATE FUNCTION index_suggest(
  in_generation int, viewer text, sees_all boolean, query tsquery, tier int, beginning text, suggestions_max int)
RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = search, pg_temp
SET enable_seqscan = off SET jit = off AS $$
DECLARE
  visible tsquery := CASE WHEN NOT sees_all THEN ('''@''' || CASE viewer WHEN '' THEN ''
    ELSE ' | ''@' || replace(replace(viewer, '\', '\\'), '''', '''''') || '''' END)::tsquery END;
  gathered record := index_gather(in_generation, visible, '', query, tier, 40, 120);
  answer   jsonb;
BEGIN
  EXECUTE format($names$
    SELECT jsonb_agg(jsonb_build_object('key', p.key, 'name', d.document ->> 'name') ORDER BY p.place) FROM (
      SELECT key, tenant_id, row_number() OVER (ORDER BY starts_with(name, $2) DESC, quality DESC, key) AS place
      FROM %1$I WHERE ctid = ANY ($1) ORDER BY starts_with(name, $2) DESC, quality DESC, key LIMIT $3) p
    JOIN %2$I d ON d.key = p.key AND d.tenant_id = p.tenant_id AND ($4 OR d.scope IN ('', $5))
    $names$, index_partition('index_words', in_generation), index_partition('index_documents', in_generation))
  INTO answer USING gathered.places, beginning, suggestions_max, sees_all, viewer;
  RETURN coalesce(answer, '[]');
END
$$;

REVOKE EXECUTE ON FUNCTION index_partition, index_assert_service, index_create, index_drop, index_settle, index_size, index_apply,
  index_spell, index_dictionary, index_similar, index_conditions, index_match, index_gather, index_score, index_facets, index_find,
  index_suggest FROM PUBLIC;
GRANT EXECUTE ON FUNCTION index_create, index_drop, index_settle, index_size, index_apply, index_spell, index_dictionary,
  index_similar, index_find, index_suggest TO nofx_search;
