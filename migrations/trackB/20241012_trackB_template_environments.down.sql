SET LOCAL search_path = marketplace;

DROP TABLE template_environments;
