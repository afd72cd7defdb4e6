-- Ratings of templates. A rating belongs to the tenant of whoever gave it; what ratings add up to belongs to the template's
-- tenant, lies apart from the wide row of the template, and is kept by triggers: the service can read it only.
--
-- Whoever rates locks the totals of one template, and nothing that two templates share: the mean of a category is summed
-- up when it is asked for, from one index.

SET LOCAL search_path = marketplace;

CREATE TABLE template_ratings (
  tenant_id       text COLLATE "C" NOT NULL,
  subject         text COLLATE "C" NOT NULL,
  template_tenant text COLLATE "C" NOT NULL,
  template_id     text COLLATE "C" NOT NULL,
  id              uuid NOT NULL,
  version         text COLLATE "C" NOT NULL,
  rating          int NOT NULL CHECK (rating BETWEEN 1 AND 5),
  comment         text CHECK (length(comment) BETWEEN 1 AND 500),
  created_at      timestamptz(3) NOT NULL,
  updated_at      timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, subject, template_tenant, template_id),
  UNIQUE (id, tenant_id),
  FOREIGN KEY (template_tenant, template_id, version) REFERENCES template_versions,
  CONSTRAINT template_ratings_not_own CHECK (tenant_id <> template_tenant)
);
COMMENT ON COLUMN template_ratings.tenant_id IS 'Of whoever rates';
CREATE INDEX template_ratings_newest ON template_ratings (template_tenant, template_id, updated_at, id);
CREATE INDEX template_ratings_of_version ON template_ratings (template_tenant, template_id, version, updated_at, id);
CREATE INDEX template_ratings_of_stars ON template_ratings (template_tenant, template_id, rating, updated_at, id);

-- One row for each template from its first moment on, so that raters and a change of category meet at the same row.
CREATE TABLE template_rating_totals (
  tenant_id    text COLLATE "C" NOT NULL,
  template_id  text COLLATE "C" NOT NULL,
  category     text COLLATE "C",
  is_open      boolean NOT NULL,
  one          int NOT NULL DEFAULT 0 CHECK (one >= 0),
  two          int NOT NULL DEFAULT 0 CHECK (two >= 0),
  three        int NOT NULL DEFAULT 0 CHECK (three >= 0),
  four         int NOT NULL DEFAULT 0 CHECK (four >= 0),
  five         int NOT NULL DEFAULT 0 CHECK (five >= 0),
  rating_count int NOT NULL GENERATED ALWAYS AS (one + two + three + four + five) STORED,
  rating_sum   int NOT NULL GENERATED ALWAYS AS (one + 2 * two + 3 * three + 4 * four + 5 * five) STORED,
  PRIMARY KEY (tenant_id, template_id),
  FOREIGN KEY (tenant_id, template_id) REFERENCES templates
);
COMMENT ON COLUMN template_rating_totals.is_open IS 'Everybody may read the template: its ratings count for its category';
CREATE INDEX template_rating_totals_category ON template_rating_totals (category) INCLUDE (rating_sum, rating_count)
  WHERE is_open AND rating_count > 0;

CREATE TABLE version_rating_totals (
  tenant_id    text COLLATE "C" NOT NULL,
  template_id  text COLLATE "C" NOT NULL,
  version      text COLLATE "C" NOT NULL,
  rating_count int NOT NULL CHECK (rating_count >= 0),
  rating_sum   int NOT NULL CHECK (rating_sum >= 0),
  PRIMARY KEY (tenant_id, template_id, version),
  FOREIGN KEY (tenant_id, template_id, version) REFERENCES template_versions
);

-- Upkeep: as the owner, whom the policies bind as well --------------------------------------------------------------------

/* Category and openness of a template, beside its totals. */
CREATE FUNCTION template_totals_placed()
RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = marketplace, pg_temp AS $$
BEGIN
  INSERT INTO template_rating_totals AS r (tenant_id, template_id, category, is_open)
  VALUES (NEW.tenant_id, NEW.template_id, NEW.category, NEW.visibility = 'public' AND NEW.status <> 'disabled')
  ON CONFLICT (tenant_id, template_id) DO UPDATE SET category = excluded.category, is_open = excluded.is_open;
  RETURN NULL;
END
$$;
CREATE TRIGGER templates_totals_made AFTER INSERT ON templates
  FOR EACH ROW EXECUTE FUNCTION template_totals_placed();
CREATE TRIGGER templates_totals_moved AFTER UPDATE ON templates
  FOR EACH ROW WHEN ((OLD.category, OLD.visibility, OLD.status) IS DISTINCT FROM (NEW.category, NEW.visibility, NEW.status))
  EXECUTE FUNCTION template_totals_placed();

/* What a rating that comes, changes or goes does to the totals: first the template's row, which keeps others out, then
   those of its versions. */
CREATE FUNCTION template_rating_counted()
RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = marketplace, pg_temp AS $$
DECLARE
  gone  int := CASE WHEN TG_OP = 'INSERT' THEN 0 ELSE OLD.rating END;
  given int := CASE WHEN TG_OP = 'DELETE' THEN 0 ELSE NEW.rating END;
BEGIN
  UPDATE template_rating_totals SET
    one   = one   + (given = 1)::int - (gone = 1)::int,
    two   = two   + (given = 2)::int - (gone = 2)::int,
    three = three + (given = 3)::int - (gone = 3)::int,
    four  = four  + (given = 4)::int - (gone = 4)::int,
    five  = five  + (given = 5)::int - (gone = 5)::int
  WHERE tenant_id = coalesce(NEW.template_tenant, OLD.template_tenant)
    AND template_id = coalesce(NEW.template_id, OLD.template_id);
  IF gone > 0 THEN
    UPDATE version_rating_totals SET rating_count = rating_count - 1, rating_sum = rating_sum - gone
    WHERE tenant_id = OLD.template_tenant AND template_id = OLD.template_id AND version = OLD.version;
  END IF;
  IF given > 0 THEN
    INSERT INTO version_rating_totals AS r (tenant_id, template_id, version, rating_count, rating_sum)
    VALUES (NEW.template_tenant, NEW.template_id, NEW.version, 1, given)
    ON CONFLICT (tenant_id, template_id, version) DO UPDATE
      SET rating_count = r.rating_count + 1, rating_sum = r.rating_sum + given;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER template_ratings_counted AFTER INSERT OR UPDATE OR DELETE ON template_ratings
  FOR EACH ROW EXECUTE FUNCTION template_rating_counted();

/* What a template of a category is taken for before anybody has rated it: the mean of all ratings that templates of the
   category have which everybody may read, else that of all categories, else 3. */
CREATE FUNCTION rating_prior(of_category text)
RETURNS double precision LANGUAGE sql STABLE SECURITY DEFINER SET search_path = marketplace, pg_temp AS $$
  SELECT coalesce(
    (SELECT sum(rating_sum)::double precision / sum(rating_count) FROM template_rating_totals
     WHERE is_open AND rating_count > 0 AND category = of_category),
    (SELECT sum(rating_sum)::double precision / sum(rating_count) FROM template_rating_totals
     WHERE is_open AND rating_count > 0),
    3)
$$;

/* The same for all categories at once, for lists in the order of ratings: those that have such ratings, and NULL, for
   templates of any other. */
CREATE FUNCTION rating_priors()
RETURNS TABLE (category text, prior double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = marketplace, pg_temp AS $$
  WITH categories AS MATERIALIZED (
    SELECT r.category, sum(r.rating_sum) AS stars, sum(r.rating_count) AS ratings FROM template_rating_totals r
    WHERE r.is_open AND r.rating_count > 0 GROUP BY r.category
  )
  SELECT category, stars::double precision / ratings FROM categories WHERE category IS NOT NULL
  UNION ALL SELECT NULL, coalesce(sum(stars)::double precision / sum(ratings), 3) FROM categories
$$;

-- Who may ------------------------------------------------------------------------------------------------------------

-- A rating is there for its tenant, and for whoever may read the template.
ALTER TABLE template_ratings ENABLE ROW LEVEL SECURITY;
ALTER TABLE template_ratings FORCE ROW LEVEL SECURITY;
CREATE POLICY template_ratings_own ON template_ratings USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY template_ratings_with_template ON template_ratings FOR SELECT USING ((
  SELECT t.template_id FROM templates t
  WHERE t.tenant_id = template_ratings.template_tenant AND t.template_id = template_ratings.template_id) IS NOT NULL);

ALTER TABLE template_rating_totals ENABLE ROW LEVEL SECURITY;
ALTER TABLE template_rating_totals FORCE ROW LEVEL SECURITY;
CREATE POLICY template_rating_totals_own ON template_rating_totals FOR SELECT USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY template_rating_totals_open ON template_rating_totals FOR SELECT USING (
  is_open OR (SELECT current_setting('app.role', true)) = 'service');
CREATE POLICY template_rating_totals_upkeep ON template_rating_totals TO CURRENT_USER USING (true);

ALTER TABLE version_rating_totals ENABLE ROW LEVEL SECURITY;
ALTER TABLE version_rating_totals FORCE ROW LEVEL SECURITY;
CREATE POLICY version_rating_totals_with_template ON version_rating_totals FOR SELECT USING ((
  SELECT r.template_id FROM template_rating_totals r
  WHERE r.tenant_id = version_rating_totals.tenant_id AND r.template_id = version_rating_totals.template_id) IS NOT NULL);
CREATE POLICY version_rating_totals_upkeep ON version_rating_totals TO CURRENT_USER USING (true);

-- The feed tells of a template's new rating as something that happened to the template: others than its tenant do that.
CREATE POLICY outbox_of_ratings ON outbox FOR INSERT WITH CHECK (
  type IN ('template.rated', 'template.rating_withdrawn') AND resource_type = 'template'
  AND EXISTS (
    SELECT FROM templates t
    WHERE t.tenant_id = outbox.tenant_id AND t.template_id = outbox.resource_id COLLATE "C"
      AND (t.visibility = 'public' OR outbox.visibility = 'private')));

GRANT SELECT, INSERT, UPDATE (version, rating, comment, updated_at), DELETE ON template_ratings TO nofx_marketplace;
GRANT SELECT ON template_rating_totals, version_rating_totals TO nofx_marketplace;

-- What is there already ------------------------------------------------------------------------------------------------

ALTER TABLE templates NO FORCE ROW LEVEL SECURITY;
INSERT INTO template_rating_totals (tenant_id, template_id, category, is_open)
SELECT tenant_id, template_id, category, visibility = 'public' AND status <> 'disabled' FROM templates;
ALTER TABLE templates FORCE ROW LEVEL SECURITY;
