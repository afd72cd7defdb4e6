SET LOCAL search_path = marketplace;

DROP POLICY outbox_of_ratings ON outbox;
DROP TRIGGER templates_totals_made ON templates;
DROP TRIGGER templates_totals_moved ON templates;
DROP TABLE template_ratings, template_rating_totals, version_rating_totals;
DROP FUNCTION template_totals_placed(), template_rating_counted(), rating_prior(text), rating_priors();
