-- Broad questions cost less: documents are sampled, and what is in a slice of them is indexed by itself.
--
-- A document is in sample 0, and by a hash of its key in sample 1 with every second one, in sample 2 with every fourth, up to
-- 12. Samples know nothing of quality, so that counting in them tells how many there are in all; tiers (#) are for ranking.
-- The documents from slice 4 on, some six in a hundred, have each of their lexemes a second time, with the slice's mark: what
-- is in half of all documents is then looked for in a sixteenth of the list.
--
-- The functions that were there stay, under other names or below: a generation that was made before answers as it did.

SET LOCAL search_path = search;

-- How often a generation was written to. What was read of its dictionary holds as long as this is the same.
CREATE TABLE index_states (
  generation int PRIMARY KEY,
  applied    bigint NOT NULL DEFAULT 0
);
ALTER TABLE index_states ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY index_states_functions ON index_states TO CURRENT_USER USING (true);
INSERT INTO index_states (generation)
SELECT substring(c.relname FROM 'index_words_(\d+)')::int
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'index_words'::regclass;

-- Slices -----------------------------------------------------------------------------------------------------------------

-- From which slice on its documents have marked lexemes.
CREATE FUNCTION index_marked_from() RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT 4 $$;

-- What the lexemes of a slice's documents are marked with: tiers are `#`, samples `*`.
CREATE FUNCTION index_mark(slices text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE slices WHEN '#' THEN '+' ELSE '%' END
$$;

-- In which samples a document is: from 0 up to this.
CREATE FUNCTION index_sampled(key text) RETURNS int LANGUAGE sql IMMUTABLE AS $$
  SELECT 12 - length(ltrim((hashtextextended(key, 20241005) & 4095)::bit(12)::text, '0'))
$$;

-- Labels a row with its samples, and marks its lexemes if it is in a slice that has marked ones.
CREATE FUNCTION index_mark_row() RETURNS trigger LANGUAGE plpgsql SET search_path = search, pg_temp AS $$
DECLARE
  sampled constant int := index_sampled(NEW.key);
  found   constant text[] := tsvector_to_array(NEW.words);
  is_top  constant boolean := EXISTS (SELECT FROM unnest(found) l WHERE l ^@ ('#' || index_marked_from() || '@'));
  slices  text;
BEGIN
  FOREACH slices IN ARRAY ARRAY['#', '*'] LOOP
    IF (slices = '#' AND is_top) OR (slices = '*' AND sampled >= index_marked_from()) THEN
      NEW.words := NEW.words || array_to_tsvector(ARRAY(
        SELECT index_mark(slices) || l FROM unnest(found) l WHERE l = '#0' OR left(l, 1) NOT IN ('#', '@', '*', '+', '%')));
    END IF;
  END LOOP;
  NEW.words := NEW.words || array_to_tsvector(ARRAY(SELECT '*' || n || '@' || NEW.scope FROM generate_series(1, sampled) n));
  RETURN NEW;
END
$$;
CREATE TRIGGER index_words_mark BEFORE INSERT OR UPDATE OF words ON index_words FOR EACH ROW EXECUTE FUNCTION index_mark_row();
COMMENT ON COLUMN index_words.words IS
  'Stems with places and fields; !stem of names and labels; =a whole name; ^beginnings of words of names, ~these words; field:value; @scope; #0; #tier@scope; *sample@scope; +lexeme from tier 4 on, %lexeme from sample 4 on';

CREATE OR REPLACE FUNCTION index_counted(words tsvector)
RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT ARRAY(SELECT CASE WHEN l ^@ '#' THEN split_part(l, '@', 1) ELSE l END
               FROM unnest(tsvector_to_array(words)) l WHERE left(l, 1) NOT IN ('^', '~', '@', '!', '=', '*', '+', '%'))
$$;

-- What every document of a slice has that somebody may see, as a query; null: there is nothing that it leaves out.
CREATE FUNCTION index_slice(slices text, number int, viewer text, sees_all boolean)
RETURNS tsquery LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN slices = '#' OR number = 0 THEN index_visible(viewer, sees_all, number)
         ELSE replace(index_visible(viewer, sees_all, number)::text, '''#', '''*')::tsquery END
$$;

-- A query as the marked lexemes of a slice have it. Phrases stay as they are: marked lexemes have no places.
CREATE FUNCTION index_within(query tsquery, slices text, number int)
RETURNS tsquery LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN number < index_marked_from() OR query::text ~ '<(-|\d+)>' THEN query
         ELSE regexp_replace(query::text, '''((?:[^''\\]|''''|\\\\)*)''', '''' || index_mark(slices) || '\1''', 'g')::tsquery END
$$;

-- From how many of a sample on it is beyond doubt that more than a thousand fit: six and a half standard deviations.
CREATE FUNCTION index_proof(sample int)
RETURNS int LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE sample WHEN 0 THEN 1001 ELSE ceil(1000 / 2 ^ sample + 6.5 * sqrt(1000 / 2 ^ sample) + 8)::int END
$$;

-- The answers of a generation that are others than index_functions made: {g} is its number.
CREATE FUNCTION index_bounded_functions(made int)
RETURNS text LANGUAGE sql IMMUTABLE AS $functions$
SELECT replace(replace(replace($template$

-- Places of at most `places_max` rows of a slice that fit a query. `conditions` is SQL that the caller has made.
CREATE FUNCTION index_places_{g}(
  viewer text, sees_all boolean, conditions text, query tsquery, slices text, number int, places_max int)
RETURNS tid[] LANGUAGE plpgsql STABLE AS $$
DECLARE
  visible constant tsquery := index_slice(slices, number, viewer, sees_all);
  asked   constant tsquery := index_within(query, slices, number);
  wanted  constant tsquery := CASE WHEN visible IS NULL THEN asked ELSE visible && asked END;
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

CREATE OR REPLACE FUNCTION index_match_{g}(
  viewer text, sees_all boolean, conditions text, query tsquery, tier int, places_max int)
RETURNS tid[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN index_places_{g}(viewer, sees_all, conditions, query, '#', tier, places_max);
END
$$;

/*
 * All rows that fit, up to a thousand; `more`: there are more, and these are some hundred of them, as chance has it, `share` of
 * all. `tier` is where about a thousand are expected.
 */
CREATE FUNCTION index_sample_{g}(
  viewer text, sees_all boolean, conditions text, query tsquery, tier int, OUT places tid[], OUT share float8, OUT more boolean)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  few    constant int := 100;
  many   constant int := 700;
  sample int := CASE tier WHEN 0 THEN 0 ELSE least(12, tier + 3) END;
BEGIN
  LOOP
    places := index_places_{g}(viewer, sees_all, conditions, query, '*', sample, CASE sample WHEN 0 THEN 1001 ELSE many END);
    more := cardinality(places) >= index_proof(sample);
    EXIT WHEN sample = 0 OR more AND cardinality(places) >= few;
    sample := greatest(0, sample - CASE WHEN cardinality(places) * 8 < few THEN 3 ELSE 1 END);
  END LOOP;
  IF more THEN
    WHILE cardinality(places) >= CASE sample WHEN 0 THEN 1001 ELSE many END AND sample < 12 LOOP
      sample := sample + 1;
      places := index_places_{g}(viewer, sees_all, conditions, query, '*', sample, many);
    END LOOP;
  END IF;
  share := 2 ^ -sample;
END
$$;

CREATE OR REPLACE FUNCTION index_find_{g}(viewer text, sees_all boolean, request jsonb)
RETURNS json LANGUAGE plpgsql STABLE AS $$
DECLARE
  exactly       constant int := 1000;
  scopes        constant text[] := ARRAY['', viewer];
  conditions    constant text := CASE request -> 'ranges' WHEN '[]' THEN '' ELSE index_conditions(request -> 'ranges') END;
  sort          constant text := request ->> 'sort';
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
  counts_all    constant boolean := request -> 'facets' @> '[{"all": null}]';
  query         tsquery := all_query;
  mode          text := coalesce(request ->> 'mode', 'all');
  part          jsonb := request -> 'allPart';
  all_fit       boolean;
  visible       tsquery;
  matches       record;
  candidates    tid[];
  places        tid[];
  page_values   float8[];
  gathered      record;
  more          boolean;
  total         int;
  path          jsonb;
  hits          json;
  facets        jsonb := '{}';
  facet         jsonb;
  counted       record;
BEGIN
  -- Matches: all of them, or enough to know that there are more.
  LOOP
    IF mode = 'some' THEN
      query := request ->> 'some';
      part := request -> 'somePart';
    END IF;
    more := part -> 'isMany';
    -- Known to be many, and nothing is counted in them.
    EXIT WHEN more AND NOT counts_all;
    matches := index_sample_{g}(viewer, sees_all, conditions, query, (part -> 'tier')::int);
    more := more OR matches.more;
    EXIT WHEN mode = 'some' OR more OR request -> 'some' = 'null' OR request ->> 'mode' = 'all'
      OR cardinality(matches.places) >= (request -> 'enough')::int;
    mode := 'some';
  END LOOP;
  all_fit := mode = 'all';

  total := exactly;
  IF NOT more THEN
    candidates := matches.places;
    total := cardinality(candidates);
  ELSIF sort = 'relevance' THEN
    gathered := index_gather_{g}(viewer, sees_all, conditions, query, (part -> 'rankTier')::int, 200, 600);
    candidates := gathered.places;
    FOR path IN SELECT jsonb_array_elements(part -> 'paths') LOOP
      gathered := index_gather_{g}(viewer, sees_all, conditions, (path ->> 'query')::tsquery, (path -> 'tier')::int, 40, 200);
      candidates := candidates || gathered.places;
    END LOOP;
  ELSE
    -- Dense in any order: the index of the order is walked until the page is full.
    visible := index_visible(viewer, sees_all, 0);
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
    ELSE
      counted := index_sample_{g}(
        viewer, sees_all, index_conditions(facet -> 'ranges'), (facet ->> mode)::tsquery, (facet -> 'tier')::int);
    END IF;
    facets := facets || coalesce(index_facets_{g}(counted.places, translate(facet ->> 'names', '[]', '{}')::text[], counted.share), '{}');
  END LOOP;
  RETURN json_build_object('mode', mode, 'total', total, 'more', more, 'hits', hits, 'facets', facets);
END
$$;

REVOKE EXECUTE ON FUNCTION index_places_{g}, index_sample_{g} FROM PUBLIC;
$template$, '{score}', index_score(0)), '{rankings}', index_rankings('index_words_{g}')), '{g}', made::text)
$functions$;

-- Generations --------------------------------------------------------------------------------------------------------------

ALTER FUNCTION index_create(int) RENAME TO index_create_plain;
ALTER FUNCTION index_drop(int) RENAME TO index_drop_plain;
ALTER FUNCTION index_settle(int) RENAME TO index_settle_plain;
ALTER FUNCTION index_apply(int, json, text[]) RENAME TO index_apply_plain;

-- Makes room for a generation. One that is there stays as it is; tells whether it was made.
CREATE FUNCTION index_create(made int)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = search, pg_temp SET lock_timeout = '2s' AS $$
BEGIN
  IF NOT index_create_plain(made) THEN
    RETURN false;
  END IF;
  EXECUTE index_bounded_functions(made);
  INSERT INTO index_states (generation) VALUES (made);
  RETURN true;
END
$$;

-- Forgets a generation; tells whether it was there. Whoever would have to wait for it long gives up and comes again.
CREATE FUNCTION index_drop(dropped int)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = search, pg_temp SET lock_timeout = '2s' AS $$
BEGIN
  IF NOT index_drop_plain(dropped) THEN
    RETURN false;
  END IF;
  EXECUTE format('DROP FUNCTION IF EXISTS %I', index_partition('index_places', dropped));
  EXECUTE format('DROP FUNCTION IF EXISTS %I', index_partition('index_sample', dropped));
  DELETE FROM index_states WHERE generation = dropped;
  RETURN true;
END
$$;

-- Everything has been put in. Whatever vacuums by itself is waited out first: it takes the same locks in another order.
CREATE FUNCTION index_settle(settled int)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = search, pg_temp AS $$
DECLARE
  parent text;
BEGIN
  PERFORM index_assert_service();
  FOREACH parent IN ARRAY ARRAY['index_documents', 'index_words', 'index_terms', 'index_lexemes'] LOOP
    EXECUTE format('LOCK TABLE %I IN SHARE UPDATE EXCLUSIVE MODE', index_partition(parent, settled));
  END LOOP;
  PERFORM index_settle_plain(settled);
END
$$;

-- Puts documents in and takes others out; see index_apply_plain. What was read of the dictionary before holds no longer.
CREATE FUNCTION index_apply(into_generation int, puts json, removed text[])
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = search, pg_temp AS $$
BEGIN
  PERFORM index_assert_service();
  UPDATE index_states SET applied = applied + 1 WHERE generation = into_generation;
  RETURN index_apply_plain(into_generation, puts, removed);
END
$$;

-- Questions ------------------------------------------------------------------------------------------------------------------

/*
 * What the viewer's dictionary has: in how many documents `words` are, and `lexemes`; words that begin with `beginnings`, the
 * most frequent first. Only what is public and what is of the tenant counts; everything for who sees all. `applied` is for
 * index_find.
 */
CREATE OR REPLACE FUNCTION index_dictionary(
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
  RETURN answer || jsonb_build_object('applied', (SELECT s.applied FROM index_states s WHERE s.generation = in_generation));
END
$$;

/*
 * Searches. `request` is what the engine makes of a query (find.store.ts). No argument but `viewer` and `sees_all` says what
 * may be seen: rows fit by the index of scopes, and are checked again where documents are read.
 *
 * The work is bounded. Up to 1,000 matches are all ranked, and counted exactly. If there are more, the candidates are some
 * hundred matches of the highest tiers that have so many, and as many of those that have the words in names and labels;
 * facets are counted in a sample. Null: `request` was made from a dictionary of before the index was written to (`applied`).
 */
CREATE OR REPLACE FUNCTION index_find(in_generation int, viewer text, sees_all boolean, request jsonb)
RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = search, pg_temp
SET enable_seqscan = off SET jit = off SET max_parallel_workers_per_gather = 0
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  answer json;
BEGIN
  IF (request -> 'applied')::bigint <> (SELECT s.applied FROM index_states s WHERE s.generation = in_generation) THEN
    RETURN NULL;
  END IF;
  EXECUTE format('SELECT index_find_%s($1, $2, $3)', in_generation) INTO answer USING viewer, sees_all, request;
  RETURN answer;
END
$$;

REVOKE EXECUTE ON FUNCTION index_marked_from, index_mark, index_sampled, index_mark_row, index_slice, index_within, index_proof,
  index_bounded_functions, index_create, index_drop, index_settle, index_apply, index_create_plain, index_drop_plain,
  index_settle_plain, index_apply_plain FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION index_create_plain, index_drop_plain, index_settle_plain, index_apply_plain FROM nofx_search;
GRANT EXECUTE ON FUNCTION index_create, index_drop, index_settle, index_apply TO nofx_search;
