SET LOCAL search_path = search;

DROP FUNCTION index_create(int), index_drop(int), index_settle(int), index_apply(int, json, text[]);
ALTER FUNCTION index_create_plain(int) RENAME TO index_create;
ALTER FUNCTION index_drop_plain(int) RENAME TO index_drop;
ALTER FUNCTION index_settle_plain(int) RENAME TO index_settle;
ALTER FUNCTION index_apply_plain(int, json, text[]) RENAME TO index_apply;
GRANT EXECUTE ON FUNCTION index_create, index_drop, index_settle, index_apply TO nofx_search;

DROP TRIGGER index_words_mark ON index_words;
UPDATE index_words SET words = ts_delete(words, ARRAY(
  SELECT l FROM unnest(tsvector_to_array(words)) l WHERE left(l, 1) IN ('*', '+', '%')));
COMMENT ON COLUMN index_words.words IS
  'Stems with places and fields; !stem of names and labels; =a whole name; ^beginnings of words of names, ~these words; field:value; @scope; #0; #tier@scope';

CREATE OR REPLACE FUNCTION index_counted(words tsvector)
RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT ARRAY(SELECT CASE WHEN l ^@ '#' THEN split_part(l, '@', 1) ELSE l END
               FROM unnest(tsvector_to_array(words)) l WHERE left(l, 1) NOT IN ('^', '~', '@', '!', '='))
$$;

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
  RETURN answer;
END
$$;

CREATE OR REPLACE FUNCTION index_find(in_generation int, viewer text, sees_all boolean, request jsonb)
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

-- Generations answer as they did.
DO $$
DECLARE
  made      int;
  answering text;
BEGIN
  FOR made IN SELECT s.generation FROM index_states s WHERE to_regproc(index_partition('index_places', s.generation)) IS NOT NULL LOOP
    FOREACH answering IN ARRAY ARRAY['places', 'sample', 'dictionary', 'scopes', 'similar', 'match', 'gather', 'facets', 'find', 'suggest'] LOOP
      EXECUTE format('DROP FUNCTION %I', index_partition('index_' || answering, made));
    END LOOP;
    EXECUTE index_functions(made);
  END LOOP;
END
$$;

DROP FUNCTION index_bounded_functions(int), index_proof(int), index_within(tsquery, text, int), index_slice(text, int, text, boolean),
  index_mark_row(), index_sampled(text), index_mark(text), index_marked_from();
DROP TABLE index_states;
