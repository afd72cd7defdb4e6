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
  'Stems with places and fields; !stem of names and labels; =a whole name; ^beginnings of words of names, ~these words; field:value; @scope; #0; #tier@scope';
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

-- How many documents of a scope have a stem, a value of a field, or are in a tier.
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
  EXECUTE index_functions(made);
  RETURN true;
END
$$;

-- Forgets a generation; tells whether it was there. Whoever would have to wait for it long gives up and comes again.
CREATE FUNCTION index_drop(dropped int)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = search, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
  parent    text;
  answering text;
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
  FOREACH answering IN ARRAY ARRAY['dictionary', 'scopes', 'similar', 'match', 'gather', 'facets', 'find', 'suggest'] LOOP
    EXECUTE format('DROP FUNCTION %I', index_partition('index_' || answering, dropped));
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

-- The lexemes of a document that count in index_lexemes; tiers without their scope, which has a column there.
CREATE FUNCTION index_counted(words tsvector)
RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT ARRAY(SELECT CASE WHEN l ^@ '#' THEN split_part(l, '@', 1) ELSE l END
               FROM unnest(tsvector_to_array(words)) l WHERE left(l, 1) NOT IN ('^', '~', '@', '!', '='))
$$;

/*
 * Puts documents in and takes others out, and keeps the numbers of documents per word and scope exact. A document that is
 * there already as it is given is passed over. Gives the words that are new to a scope: `[scope, term]`.
 */
CREATE FUNCTION index_apply(into_generation int, puts json, removed text[])
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = search, pg_temp SET jit = off
SET gin_pending_list_limit = '64MB' AS $$
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
        SELECT scope, unnest(index_counted(words)) AS lexeme, 1 AS change FROM put_words
        UNION ALL SELECT old_scope, unnest(index_counted(old_words)), -1 FROM put_words WHERE old_words IS NOT NULL
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

-- SQL of conditions that are not words, `[{column, range, negated}]`: `updated` in milliseconds, `mean` rating.
CREATE FUNCTION index_conditions(ranges jsonb)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(string_agg(format(' AND %s(%I::numeric <@ %L::numrange)', CASE WHEN negated THEN 'NOT ' ELSE '' END,
                                    CASE "column" WHEN 'updated' THEN 'updated' ELSE 'mean' END, range::numrange), ''), '')
  FROM jsonb_to_recordset(ranges) AS r ("column" text, range text, negated boolean)
$$;

-- What every document of a tier has that somebody may see, as a query; null: there is nothing that it leaves out.
CREATE FUNCTION index_visible(viewer text, sees_all boolean, tier int)
RETURNS tsquery LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN NOT sees_all THEN (label || '''' || CASE viewer WHEN '' THEN ''
           ELSE ' | ' || label || replace(replace(viewer, '\', '\\'), '''', '''''') || '''' END)::tsquery
         WHEN tier > 0 THEN (label || ''':*')::tsquery END
  FROM (SELECT '''' || CASE WHEN tier > 0 THEN '#' || tier ELSE '' END || '@') l (label)
$$;

/*
 * SQL of the score of a row of index_words with so many clauses, as scoreOf(scoreParts(…)) has it. The amount of a word is
 * what ts_rank makes of its places, by their fields' weights: each further place counts less.
 */
CREATE FUNCTION index_score(clauses int)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT concat_ws(' + ', 'w.quality', 'fresh_weight * exp(-greatest(0, today - w.updated / 86400000) / fresh_days)',
    'CASE WHEN w.words @@ exact_query THEN exact_weight ELSE 0 END',
    'CASE WHEN all_fit OR w.words @@ all_query THEN all_weight ELSE 0 END',
    (SELECT string_agg(format(
       'coalesce(weights[%s] * (1 - 1 / (1 + ts_rank(field_weights, w.words, clauses[%1$s]) * scales[%1$s] / w.length)), 0)', n), ' + ')
     FROM generate_series(1, clauses) n))
$$;

-- SQL that ranks candidates by relevance, for as many clauses as there are: each takes time, so that few have a way of their own.
CREATE FUNCTION index_rankings(words text)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT string_agg(format($rank$
    WHEN %s THEN
      SELECT array_agg(r.row_id ORDER BY r.value DESC, r.key DESC), array_agg(r.value ORDER BY r.value DESC, r.key DESC)
      INTO places, page_values
      FROM (SELECT * FROM (SELECT w.ctid AS row_id, w.key, %s AS value FROM %I w WHERE w.ctid = ANY (candidates)) s
            WHERE after_value IS NULL OR (s.value, s.key) < (after_value::float8, after_key)
            ORDER BY s.value DESC, s.key DESC LIMIT page_limit) r;$rank$,
    CASE most WHEN 1 THEN '0, 1' ELSE (SELECT string_agg(n::text, ', ') FROM generate_series(most / 2 + 1, most) n) END,
    index_score(most), words), '' ORDER BY most)
  FROM unnest(ARRAY[1, 2, 4, 8, 16]) most
$$;

/*
 * The functions that answer for one generation: {g} is its number. To plan a question takes longer than to answer it, so
 * each connection plans these once. Nobody has a right to them but through the functions behind.
 */
CREATE FUNCTION index_functions(made int)
RETURNS text LANGUAGE sql IMMUTABLE AS $functions$ 
SELECT replace(replace(replace($template$

CREATE FUNCTION index_dictionary_{g}(scopes text[], words text[], beginnings text[], lexemes text[], beginnings_max int)
RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
  known_words      jsonb;
  known_lexemes    jsonb;
  known_beginnings jsonb;
BEGIN
  SELECT jsonb_object_agg(w.term, w.documents) INTO known_words FROM (
    SELECT t.term, sum(t.documents) AS documents FROM index_terms_{g} t
    WHERE t.scope = ANY (scopes) AND t.term = ANY (words) GROUP BY t.term) w;
  SELECT jsonb_object_agg(l.lexeme, l.documents) INTO known_lexemes FROM (
    SELECT x.lexeme, sum(x.documents) AS documents FROM index_lexemes_{g} x
    WHERE x.scope = ANY (scopes) AND x.lexeme = ANY (lexemes) GROUP BY x.lexeme) l;
  IF cardinality(beginnings) > 0 THEN
    SELECT jsonb_object_agg(p.beginning, p.found) INTO known_beginnings FROM (
      SELECT o.beginning, b.found FROM unnest(beginnings) AS o (beginning) CROSS JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_object('word', m.term, 'frequency', m.documents)) AS found FROM (
          SELECT t.term, sum(t.documents) AS documents FROM (
            SELECT s.term, s.documents FROM index_terms_{g} s
            WHERE s.scope = ANY (scopes) AND s.term >= o.beginning AND s.term < o.beginning || U&'\+10FFFF' LIMIT 5000) t
          GROUP BY t.term ORDER BY sum(t.documents) DESC, t.term LIMIT beginnings_max) m) b) p
    WHERE p.found IS NOT NULL;
  END IF;
  RETURN jsonb_build_object('words', known_words, 'lexemes', known_lexemes, 'beginnings', known_beginnings);
END
$$;

CREATE FUNCTION index_scopes_{g}()
RETURNS text[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN ARRAY(SELECT l.scope FROM index_lexemes_{g} l WHERE l.lexeme = '#0');
END
$$;

CREATE FUNCTION index_similar_{g}(scopes text[], keys int[], letters_min int, letters_max int, words_max int)
RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
  -- Not a condition that an index has: to read all words of a scope takes longer than to look at those that are spelt alike.
  RETURN (SELECT jsonb_agg(jsonb_build_object('word', s.term, 'frequency', s.documents)) FROM (
    SELECT t.term, sum(t.documents) AS documents FROM index_terms_{g} t
    WHERE t.deletions && keys AND array_position(scopes, t.scope) IS NOT NULL AND length(t.term) BETWEEN letters_min AND letters_max
    GROUP BY t.term ORDER BY sum(t.documents) DESC, t.term LIMIT words_max) s);
END
$$;

-- Places of at most `places_max` rows of a tier that fit a query. `conditions` is SQL that the caller has made.
CREATE FUNCTION index_match_{g}(viewer text, sees_all boolean, conditions text, query tsquery, tier int, places_max int)
RETURNS tid[] LANGUAGE plpgsql STABLE AS $$
DECLARE
  visible constant tsquery := index_visible(viewer, sees_all, tier);
  wanted  constant tsquery := CASE WHEN visible IS NULL THEN query ELSE visible && query END;
  places  tid[];
BEGIN
  IF conditions = '' THEN
    RETURN ARRAY(SELECT w.ctid FROM index_words_{g} w WHERE w.words @@ wanted LIMIT places_max);
  END IF;
  EXECUTE 'SELECT ARRAY(SELECT ctid FROM index_words_{g} WHERE words @@ $1' || conditions || ' LIMIT $2)'
  INTO places USING wanted, places_max;
  RETURN places;
END
$$;

-- Places of between `places_min` and `places_max` rows that fit, of the highest tiers that have so many.
CREATE FUNCTION index_gather_{g}(
  viewer text, sees_all boolean, conditions text, query tsquery, start_tier int, places_min int, places_max int,
  OUT places tid[], OUT tier int)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  higher tid[];
BEGIN
  tier := start_tier;
  LOOP
    places := index_match_{g}(viewer, sees_all, conditions, query, tier, places_max + 1);
    EXIT WHEN tier = 0 OR cardinality(places) >= places_min;
    tier := greatest(0, tier - CASE WHEN cardinality(places) * 8 < places_min THEN 3 ELSE 1 END);
  END LOOP;
  WHILE cardinality(places) > places_max AND tier < 12 LOOP
    higher := index_match_{g}(viewer, sees_all, conditions, query, tier + 1, places_max + 1);
    EXIT WHEN cardinality(higher) < places_min / 2;
    places := higher;
    tier := tier + 1;
  END LOOP;
  places := places[1:places_max];
END
$$;

/*
 * Facets of the rows at these places: how many have each value, the most frequent first, 50 at most. `share` is the part of
 * all matches that these rows are: numbers are extrapolated.
 */
CREATE FUNCTION index_facets_{g}(places tid[], names text[], share float8)
RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    -- Counted first: to look into each value once is cheaper than into each value of each row.
    WITH counted AS MATERIALIZED (
      SELECT f.facet, count(*) AS number
      FROM (SELECT unnest(w.facets) AS facet FROM index_words_{g} w WHERE w.ctid = ANY (places)) f
      GROUP BY f.facet)
    SELECT jsonb_object_agg(n.name, n.found) FROM (
      SELECT p.name, jsonb_agg(jsonb_build_object('value', p.value, 'count', greatest(p.number, round(p.number / share)))
                               ORDER BY p.number DESC, p.value) AS found
      FROM (
        SELECT c.name, c.value, c.number, row_number() OVER (PARTITION BY c.name ORDER BY c.number DESC, c.value) AS place
        FROM (
          SELECT split_part(v.facet, ':', 1) AS name, substr(v.facet, position(':' IN v.facet) + 1) AS value, v.number
          FROM counted v) c
        WHERE c.name = ANY (names)) p
      WHERE p.place <= 50 GROUP BY p.name) n);
END
$$;

CREATE FUNCTION index_find_{g}(viewer text, sees_all boolean, request jsonb)
RETURNS json LANGUAGE plpgsql STABLE AS $$
DECLARE
  exactly       constant int := 1000;
  visible       constant tsquery := index_visible(viewer, sees_all, 0);
  scopes        constant text[] := ARRAY['', viewer];
  conditions    constant text := CASE request -> 'ranges' WHEN '[]' THEN '' ELSE index_conditions(request -> 'ranges') END;
  sort          constant text := request ->> 'sort';
  shares        constant float8[] := translate(request ->> 'shares', '[]', '{}');
  field_weights constant float4[] := translate(request ->> 'fieldWeights', '[]', '{}');
  weights       constant float8[] := translate(request ->> 'weights', '[]', '{}');
  scales        constant float8[] := translate(request ->> 'scales', '[]', '{}');
  all_query     constant tsquery := request ->> 'all';
  exact_query   constant tsquery := request ->> 'exact';
  exact_weight  constant float8 := request -> 'exactWeight';
  all_weight    constant float8 := request -> 'allWeight';
  fresh_weight  constant float8 := request -> 'freshnessWeight';
  fresh_days    constant float8 := request -> 'freshnessDays';
  today         constant float8 := request -> 'today';
  after_value   constant text := request #>> '{after,value}';
  after_key     constant text := request #>> '{after,key}';
  page_limit    constant int := request -> 'limit';
  clauses       constant tsquery[] := ARRAY(SELECT c::tsquery FROM jsonb_array_elements_text(request -> 'clauses') c);
  query         tsquery := all_query;
  mode          text := coalesce(request ->> 'mode', 'all');
  part          jsonb := request -> 'allPart';
  all_fit       boolean;
  matches       tid[];
  candidates    tid[];
  places        tid[];
  page_values   float8[];
  gathered      record;
  sample        int := 0;
  more          boolean;
  total         int;
  path          jsonb;
  hits          json;
  facets        jsonb := '{}';
  facet         jsonb;
  counted       tid[];
  counted_share float8;
BEGIN
  -- Matches: all of them, or enough to know that there are more.
  LOOP
    IF mode = 'some' THEN
      query := request ->> 'some';
      part := request -> 'somePart';
    END IF;
    more := part -> 'isMany';
    EXIT WHEN more;
    sample := part -> 'tier';
    LOOP
      matches := index_match_{g}(viewer, sees_all, conditions, query, sample, exactly + 1);
      EXIT WHEN sample = 0 OR cardinality(matches) > exactly;
      sample := greatest(0, sample - CASE WHEN cardinality(matches) * 8 < exactly THEN 3 ELSE 1 END);
    END LOOP;
    more := cardinality(matches) > exactly;
    EXIT WHEN mode = 'some' OR more OR request -> 'some' = 'null' OR request ->> 'mode' = 'all'
      OR cardinality(matches) >= (request -> 'enough')::int;
    mode := 'some';
  END LOOP;
  all_fit := mode = 'all';

  candidates := matches;
  total := CASE WHEN more THEN exactly ELSE cardinality(matches) END;
  IF more THEN
    gathered := index_gather_{g}(viewer, sees_all, conditions, query, (part -> 'rankTier')::int, 200, 600);
    matches := gathered.places;
    sample := gathered.tier;
    candidates := matches;
    IF sort = 'relevance' THEN
      FOR path IN SELECT jsonb_array_elements(part -> 'paths') LOOP
        gathered := index_gather_{g}(viewer, sees_all, conditions, (path ->> 'query')::tsquery, (path -> 'tier')::int, 40, 200);
        candidates := candidates || gathered.places;
      END LOOP;
    END IF;
  END IF;

  IF more AND sort <> 'relevance' THEN
    -- Dense in any order: the index of the order is walked until the page is full.
    EXECUTE format('SELECT ARRAY(SELECT ctid FROM index_words_{g} WHERE words @@ $1%s AND ($2 IS NULL OR (%s, key) %s ($2::%s, $3))
                    ORDER BY %2$s %5$s, key %5$s LIMIT $4)', conditions,
                   CASE sort WHEN 'recent' THEN 'updated' WHEN 'popular' THEN 'usage' WHEN 'rating' THEN 'rating'
                             WHEN 'name' THEN 'name' ELSE 'quality' END,
                   CASE sort WHEN 'name' THEN '>' ELSE '<' END, CASE sort WHEN 'name' THEN 'text COLLATE "C"' ELSE 'float8' END,
                   CASE sort WHEN 'name' THEN 'ASC' ELSE 'DESC' END)
    INTO candidates USING CASE WHEN visible IS NULL THEN query ELSE visible && query END, after_value, after_key, page_limit;
  END IF;

  IF sort = 'relevance' THEN
    CASE cardinality(clauses)
    {rankings}
    END CASE;
  ELSIF sort = 'name' THEN
    places := ARRAY(SELECT w.ctid FROM index_words_{g} w WHERE w.ctid = ANY (candidates)
                    AND (after_value IS NULL OR (w.name, w.key) > (after_value COLLATE "C", after_key))
                    ORDER BY w.name, w.key LIMIT page_limit);
  ELSE
    SELECT array_agg(r.row_id ORDER BY r.value DESC, r.key DESC), array_agg(r.value ORDER BY r.value DESC, r.key DESC)
    INTO places, page_values
    FROM (SELECT * FROM (SELECT w.ctid AS row_id, w.key, CASE sort WHEN 'recent' THEN w.updated WHEN 'popular' THEN w.usage
                                WHEN 'rating' THEN w.rating ELSE w.quality END AS value
                         FROM index_words_{g} w WHERE w.ctid = ANY (candidates)) s
          WHERE after_value IS NULL OR (s.value, s.key) < (after_value::float8, after_key)
          ORDER BY s.value DESC, s.key DESC LIMIT page_limit) r;
  END IF;

  SELECT coalesce(json_agg(json_build_object(
      'key', p.key, 'value', CASE sort WHEN 'name' THEN to_json(p.name) ELSE to_json(p.value) END,
      'score', CASE sort WHEN 'relevance' THEN p.value ELSE p.score + coalesce((SELECT sum(a) FROM unnest(p.amounts) a), 0) END,
      'all', p.fits_all, 'exact', p.is_exact, 'words', p.amounts, 'document', d.document) ORDER BY p.place), '[]')
  INTO hits
  FROM (
    SELECT t.place, t.value, w.key, w.tenant_id, w.name, {score} AS score,
      w.words @@ all_query AS fits_all, coalesce(w.words @@ exact_query, false) AS is_exact,
      ARRAY(SELECT weights[n] * (1 - 1 / (1 + ts_rank(field_weights, w.words, clauses[n]) * scales[n] / w.length))
            FROM generate_series(1, cardinality(clauses)) n) AS amounts
    FROM unnest(places, page_values) WITH ORDINALITY t (row_id, value, place) JOIN index_words_{g} w ON w.ctid = t.row_id) p
  JOIN index_documents_{g} d ON d.key = p.key AND d.tenant_id = p.tenant_id AND (sees_all OR d.scope = ANY (scopes));

  FOR facet IN SELECT jsonb_array_elements(request -> 'facets') LOOP
    IF facet -> 'all' = 'null' THEN
      counted := matches;
      counted_share := shares[sample + 1];
    ELSE
      gathered := index_gather_{g}(viewer, sees_all, index_conditions(facet -> 'ranges'),
        (facet ->> mode)::tsquery, least(12, (facet -> 'tier')::int + 1), 350, exactly);
      counted := gathered.places;
      counted_share := shares[gathered.tier + 1];
    END IF;
    facets := facets || coalesce(index_facets_{g}(counted, translate(facet ->> 'names', '[]', '{}')::text[], counted_share), '{}');
  END LOOP;
  RETURN json_build_object('mode', mode, 'total', total, 'more', more, 'hits', hits, 'facets', facets);
END
$$;

CREATE FUNCTION index_suggest_{g}(viewer text, sees_all boolean, query tsquery, tier int, beginning text, suggestions_max int)
RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
  scopes   constant text[] := ARRAY['', viewer];
  gathered record := index_gather_{g}(viewer, sees_all, '', query, tier, 40, 120);
BEGIN
  RETURN (
    SELECT jsonb_agg(jsonb_build_object('key', p.key, 'name', d.document ->> 'name') ORDER BY p.place) FROM (
      SELECT w.key, w.tenant_id,
        row_number() OVER (ORDER BY starts_with(w.name, beginning) DESC, w.quality DESC, w.key) AS place
      FROM index_words_{g} w WHERE w.ctid = ANY (gathered.places)
      ORDER BY starts_with(w.name, beginning) DESC, w.quality DESC, w.key LIMIT suggestions_max) p
    JOIN index_documents_{g} d ON d.key = p.key AND d.tenant_id = p.tenant_id AND (sees_all OR d.scope = ANY (scopes)));
END
$$;

REVOKE EXECUTE ON FUNCTION index_dictionary_{g}, index_scopes_{g}, index_similar_{g}, index_match_{g}, index_gather_{g}, index_facets_{g},
  index_find_{g}, index_suggest_{g} FROM PUBLIC;
$template$, '{score}', index_score(0)), '{rankings}', index_rankings('index_words_{g}')), '{g}', made::text)
$functions$;

/*
 * What the viewer's dictionary has: in how many documents `words` are, and `lexemes`; words that begin with `beginnings`, the
 * most frequent first. Only what is public and what is of the tenant counts; everything for who sees all.
 */
CREATE FUNCTION index_dictionary(
  in_generation int, viewer text, sees_all boolean, words text[], beginnings text[], lexemes text[], beginnings_max int)
RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = search, pg_temp
SET enable_seqscan = off SET jit = off SET max_parallel_workers_per_gather = 0
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  answer jsonb;
BEGIN
  EXECUTE format('SELECT index_dictionary_%s(%s, $2, $3, $4, $5)', in_generation,
                 CASE WHEN sees_all THEN format('index_scopes_%s()', in_generation) ELSE 'ARRAY['''', $1]' END)
  INTO answer USING viewer, words, beginnings, lexemes, beginnings_max;
  RETURN answer;
END
$$;

-- Words of the viewer's dictionary that have a key of `keys` in common with a typed word and are about as long.
CREATE FUNCTION index_similar(
  in_generation int, viewer text, sees_all boolean, keys int[], letters_min int, letters_max int, words_max int)
RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = search, pg_temp
SET enable_seqscan = off SET jit = off SET max_parallel_workers_per_gather = 0
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  answer jsonb;
BEGIN
  EXECUTE format('SELECT index_similar_%s(%s, $2, $3, $4, $5)', in_generation,
                 CASE WHEN sees_all THEN format('index_scopes_%s()', in_generation) ELSE 'ARRAY['''', $1]' END)
  INTO answer USING viewer, keys, letters_min, letters_max, words_max;
  RETURN coalesce(answer, '[]');
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
RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = search, pg_temp
SET enable_seqscan = off SET jit = off SET max_parallel_workers_per_gather = 0
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  answer json;
BEGIN
  EXECUTE format('SELECT index_find_%s($1, $2, $3)', in_generation) INTO answer USING viewer, sees_all, request;
  RETURN answer;
END
$$;

/*
 * Names for what was typed so far: of the documents whose names fit `query`, those of the highest tiers. Those whose name
 * begins with the text come first, then the best.
 */
CREATE FUNCTION index_suggest(
  in_generation int, viewer text, sees_all boolean, query tsquery, tier int, beginning text, suggestions_max int)
RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = search, pg_temp
SET enable_seqscan = off SET jit = off SET max_parallel_workers_per_gather = 0
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  answer jsonb;
BEGIN
  EXECUTE format('SELECT index_suggest_%s($1, $2, $3, $4, $5, $6)', in_generation)
  INTO answer USING viewer, sees_all, query, tier, beginning, suggestions_max;
  RETURN coalesce(answer, '[]');
END
$$;

REVOKE EXECUTE ON FUNCTION index_partition, index_counted, index_assert_service, index_create, index_drop, index_settle, index_size, index_apply,
  index_spell, index_conditions, index_visible, index_score, index_rankings, index_functions, index_dictionary, index_similar, index_find,
  index_suggest FROM PUBLIC;
GRANT EXECUTE ON FUNCTION index_create, index_drop, index_settle, index_size, index_apply, index_spell, index_dictionary,
  index_similar, index_find, index_suggest TO nofx_search;
