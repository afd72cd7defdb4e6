SET LOCAL search_path = kit;

CREATE INDEX notes_public ON notes (id, tenant_id) WHERE visibility = 'public';
