SET LOCAL search_path = search;

DROP FUNCTION index_suggest, index_find, index_facets, index_score, index_gather, index_match, index_conditions, index_similar,
  index_dictionary, index_spell, index_apply, index_size, index_settle, index_drop, index_create, index_assert_service, index_partition;
DROP TABLE index_documents, index_words, index_terms, index_lexemes;
