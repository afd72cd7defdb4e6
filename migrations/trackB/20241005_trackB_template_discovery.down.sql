SET LOCAL search_path = marketplace;

DROP TRIGGER templates_inserted ON templates;
DROP TRIGGER templates_updated ON templates;
DROP TRIGGER templates_deleted ON templates;
DROP TRIGGER template_deployments_inserted ON template_deployments;
DROP TRIGGER template_deployments_updated ON template_deployments;
DROP FUNCTION templates_indexed, index_templates, find_templates, list_templates, count_templates, category_is_used;
DROP FUNCTION template_query, template_groups, label_in_query, template_search_query;
DROP FUNCTION template_words_of, template_words, template_labels_of, own_environments_of;
DROP TABLE template_labels, template_search, categories;

ALTER TABLE templates DROP COLUMN environments;
CREATE INDEX templates_own_newest ON templates (tenant_id, updated_at, template_id);
CREATE INDEX templates_own_by_name ON templates (tenant_id, (lower(left(name, 100)) COLLATE "C"), template_id);
CREATE INDEX templates_public_newest ON templates (updated_at, tenant_id, template_id) WHERE visibility = 'public';
CREATE INDEX templates_public_by_name ON templates ((lower(left(name, 100)) COLLATE "C"), tenant_id, template_id)
  WHERE visibility = 'public';
