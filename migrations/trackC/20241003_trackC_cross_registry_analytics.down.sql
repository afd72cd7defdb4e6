SET LOCAL search_path = search;

DROP VIEW reported_dead_relations, reported_adoption, reported_versions, reported_resources, told_relations;
DROP FUNCTION is_there(text, text, text);
DROP TABLE relations;
ALTER TABLE records DROP COLUMN summary;
