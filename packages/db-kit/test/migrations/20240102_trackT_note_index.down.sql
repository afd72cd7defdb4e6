SET LOCAL search_path = kit;

DROP INDEX notes_public;
