SET LOCAL search_path = marketplace;

DROP FUNCTION find_used_templates;
DROP FUNCTION trending_templates;
DROP FUNCTION used_templates;
DROP POLICY template_days_summed ON template_days;
DROP POLICY template_popularity_sorted ON template_popularity;
DROP INDEX template_popularity_popular, template_popularity_trending, template_popularity_success, template_days_of_tenant,
  template_rollups_of_others, template_latencies_of_others, template_failures_of_others, template_subjects_of_others;
