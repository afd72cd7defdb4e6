SET LOCAL search_path = marketplace;

DROP POLICY templates_functions ON templates;
DROP POLICY template_deployments_functions ON template_deployments;
