SET LOCAL search_path = search;

-- Generations go with the functions that answer for them.
DO $$
DECLARE
  answering regprocedure;
BEGIN
  FOR answering IN
    SELECT oid FROM pg_proc WHERE pronamespace = 'search'::regnamespace
      AND proname ~ '^index_(dictionary|scopes|similar|match|gather|facets|find|suggest)_[0-9]+$'
  LOOP
    EXECUTE format('DROP FUNCTION %s', answering);
  END LOOP;
END
$$;
DROP FUNCTION index_suggest, index_find, index_similar, index_dictionary, index_functions, index_rankings, index_score, index_visible,
  index_conditions, index_spell, index_apply, index_size, index_settle, index_drop, index_create, index_assert_service,
  index_counted, index_partition;
DROP TABLE index_documents, index_words, index_terms, index_lexemes;
