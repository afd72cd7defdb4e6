SET LOCAL search_path = tiny;

CREATE TABLE words (word text PRIMARY KEY);
INSERT INTO words VALUES ('first');

GRANT USAGE ON SCHEMA tiny TO tiny_service;
GRANT SELECT, INSERT ON words TO tiny_service;
