SET LOCAL search_path = marketplace;

DROP TABLE template_files;
ALTER TABLE template_versions DROP COLUMN commit_sha;
DROP INDEX templates_own_newest, templates_own_by_name;
DROP POLICY templates_public ON templates;
CREATE POLICY templates_public ON templates FOR SELECT USING (
  visibility = 'public' OR (SELECT current_setting('app.role', true)) = 'service');
ALTER TABLE templates
  DROP COLUMN status, DROP COLUMN category, DROP COLUMN tags, DROP COLUMN license, DROP COLUMN owner,
  DROP COLUMN agents, DROP COLUMN metadata, DROP COLUMN published_at;
DROP INDEX templates_public_newest, templates_public_by_name;
