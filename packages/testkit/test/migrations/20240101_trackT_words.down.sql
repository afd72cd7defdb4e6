SET LOCAL search_path = tiny;

DROP TABLE words;
REVOKE ALL ON SCHEMA tiny FROM tiny_service;
