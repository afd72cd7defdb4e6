-- Lists of templates: every filter and order from an index, counts beside them, and the tree of categories.
--
-- template_labels holds one row for each thing a template can be filtered by, in each order: one filter is two ranges,
-- everybody's public templates and one's own private ones. template_search answers what takes more: text, several
-- filters at once, and counts. The operators of text search are not leakproof: behind a policy "public or mine" the
-- planner gives its index up. So the service may touch neither table. It asks find_templates and count_templates, which
-- add to every query what the tenant of the transaction may see. Triggers keep both tables in step, in the transaction
-- of the change.

SET LOCAL search_path = marketplace;

-- The policies of these tables bind their owner as well; what follows is for all tenants.
ALTER TABLE templates NO FORCE ROW LEVEL SECURITY;
ALTER TABLE template_versions NO FORCE ROW LEVEL SECURITY;
ALTER TABLE template_deployments NO FORCE ROW LEVEL SECURITY;

-- Categories ---------------------------------------------------------------------------------------------------------

-- One tree for the whole instance, of no tenant: everybody reads it, the operator keeps it.
CREATE TABLE categories (
  category_id text COLLATE "C" PRIMARY KEY,
  parent_id   text COLLATE "C" REFERENCES categories,
  name        text NOT NULL,
  description text NOT NULL DEFAULT '',
  place       int NOT NULL DEFAULT 0,
  updated_at  timestamptz(3) NOT NULL,
  CHECK (parent_id <> category_id)
);
COMMENT ON COLUMN categories.place IS 'Where it stands among its siblings, then by name';
CREATE INDEX categories_parent ON categories (parent_id);

ALTER TABLE categories ENABLE ROW LEVEL SECURITY;
ALTER TABLE categories FORCE ROW LEVEL SECURITY;
CREATE POLICY categories_read ON categories FOR SELECT USING (true);
CREATE POLICY categories_upkeep ON categories USING ((SELECT current_setting('app.role', true)) = 'operator');
GRANT SELECT, INSERT, UPDATE, DELETE ON categories TO nofx_marketplace;

-- Environments -------------------------------------------------------------------------------------------------------

/* Names of the environments that a version's document defines. A document that PostgreSQL cannot read names none. */
CREATE FUNCTION environments_of(document text)
RETURNS text[] LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN ARRAY(SELECT key FROM json_each(document::json #> '{content,environments}') WHERE length(key) BETWEEN 1 AND 64);
EXCEPTION WHEN OTHERS THEN
  RETURN '{}';
END
$$;

ALTER TABLE templates ADD COLUMN environments text[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN templates.environments IS 'Names in content.environments';
UPDATE templates t SET environments = environments_of(v.document)
FROM template_versions v
WHERE v.tenant_id = t.tenant_id AND v.template_id = t.template_id AND v.version = t.current_version
  AND v.document LIKE '%"environments"%';
DROP FUNCTION environments_of;

DROP INDEX templates_own_newest, templates_own_by_name, templates_public_newest, templates_public_by_name;

-- Labels and words ---------------------------------------------------------------------------------------------------

CREATE TABLE template_labels (
  tenant_id   text COLLATE "C" NOT NULL,
  template_id text COLLATE "C" NOT NULL,
  label       text COLLATE "C" NOT NULL,
  visibility  text NOT NULL CHECK (visibility IN ('private', 'public')),
  name_key    text COLLATE "C" NOT NULL,
  updated_at  timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, template_id, label)
);
COMMENT ON COLUMN template_labels.label IS 'kind:value, such as tag:review; is:listed on all but disabled templates, which have no label but status:disabled';
COMMENT ON COLUMN template_labels.visibility IS 'Who may find the template by this label: where a prompt is switched on is nobody else''s business';
COMMENT ON COLUMN template_labels.name_key IS 'The name in lower case, as much of it as lists sort by';

CREATE TABLE template_search (
  tenant_id   text COLLATE "C" NOT NULL,
  template_id text COLLATE "C" NOT NULL,
  visibility  text NOT NULL CHECK (visibility IN ('private', 'public')),
  name_key    text COLLATE "C" NOT NULL,
  updated_at  timestamptz(3) NOT NULL,
  labels      tsvector NOT NULL,
  words       tsvector NOT NULL,
  PRIMARY KEY (tenant_id, template_id)
) WITH (fillfactor = 85);
COMMENT ON COLUMN template_search.labels IS 'As in template_labels, of disabled templates too; own:environment:x where only the own tenant knows. What is counted';
COMMENT ON COLUMN template_search.words IS 'Words of the text, the labels, and name:word for each word of the name: text has no word with a colon';

/* What everybody who sees a template can filter it by. Longer values cannot be asked for, and would not fit an index. */
CREATE FUNCTION template_labels_of(t templates)
RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT array_agg(DISTINCT label) FROM (
    VALUES ('tenant:' || t.tenant_id), ('kind:' || t.kind), ('status:' || t.status), ('visibility:' || t.visibility),
           (CASE WHEN t.status <> 'disabled' THEN 'is:listed' END),
           (CASE WHEN t.status <> 'disabled' AND t.visibility = 'public' THEN 'is:public' END),
           ('category:' || t.category),
           (CASE WHEN length(t.owner) <= 200 THEN 'author:' || t.owner END),
           (CASE WHEN length(t.license) <= 200 THEN 'license:' || t.license END)
    UNION ALL SELECT 'tag:' || tag FROM unnest(t.tags) tag
    UNION ALL SELECT 'agent:' || agent FROM unnest(t.agents) agent WHERE length(agent) <= 200
    UNION ALL SELECT 'environment:' || environment FROM unnest(t.environments) environment
  ) labels (label) WHERE label IS NOT NULL
$$;

/* Where else a template is switched on. */
CREATE FUNCTION own_environments_of(t templates)
RETURNS text[] LANGUAGE sql STABLE SET search_path = marketplace, pg_temp AS $$
  SELECT coalesce(array_agg(DISTINCT 'environment:' || environment), '{}') FROM template_deployments d
  WHERE d.tenant_id = t.tenant_id AND d.template_id = t.template_id AND d.enabled AND environment <> ALL (t.environments)
$$;

/* Words as they are, for names and codes, and their English stems; what joins the parts of a name separates words. */
CREATE FUNCTION template_words(content text)
RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT to_tsvector('simple', words) || to_tsvector('english', words)
  FROM (SELECT translate(content, '-_./\:@+#', '         ')) parts (words)
$$;

/* What can be searched of a template. Weights: A for its name, B for tags, category and agents, D for the description. */
CREATE FUNCTION template_words_of(t templates)
RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE SET search_path = marketplace, pg_temp AS $$
  SELECT setweight(named, 'A')
      || setweight(template_words(concat_ws(' ', array_to_string(t.tags, ' '), t.category, array_to_string(t.agents, ' '))), 'B')
      || setweight(template_words(t.description), 'D')
      || array_to_tsvector(ARRAY(SELECT 'name:' || word FROM unnest(tsvector_to_array(named)) word))
  FROM (SELECT template_words(t.template_id || ' ' || t.name)) words (named)
$$;

/* Brings labels and words of these templates up to date. A template that is gone has none. */
CREATE FUNCTION index_templates(tenants text[], ids text[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = marketplace, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
BEGIN
  DELETE FROM template_labels l USING unnest(tenants, ids) k (tenant_id, template_id)
  WHERE l.tenant_id = k.tenant_id AND l.template_id = k.template_id;
  DELETE FROM template_search s USING unnest(tenants, ids) k (tenant_id, template_id)
  WHERE s.tenant_id = k.tenant_id AND s.template_id = k.template_id
    AND NOT EXISTS (SELECT FROM templates t WHERE t.tenant_id = k.tenant_id AND t.template_id = k.template_id);
  WITH labelled AS MATERIALIZED (
    SELECT t.tenant_id, t.template_id, lower(left(t.name, 100)) AS name_key, t.updated_at, t.status = 'disabled' AS is_disabled,
           CASE WHEN t.visibility = 'public' AND t.status <> 'disabled' THEN 'public' ELSE 'private' END AS visibility,
           template_labels_of(t) AS labels, own_environments_of(t) AS own, template_words_of(t) AS words
    FROM (SELECT DISTINCT * FROM unnest(tenants, ids)) k (tenant_id, template_id) JOIN templates t USING (tenant_id, template_id)
  ), searchable AS (
    INSERT INTO template_search AS s (tenant_id, template_id, visibility, name_key, updated_at, labels, words)
    SELECT tenant_id, template_id, visibility, name_key, updated_at, l.labels, words || l.labels
    FROM labelled, array_to_tsvector(labelled.labels || ARRAY(SELECT 'own:' || label FROM unnest(own) label)) l (labels)
    ON CONFLICT (tenant_id, template_id) DO UPDATE SET
      visibility = excluded.visibility, name_key = excluded.name_key, updated_at = excluded.updated_at,
      labels = excluded.labels, words = excluded.words
  )
  INSERT INTO template_labels (tenant_id, template_id, label, visibility, name_key, updated_at)
  SELECT tenant_id, template_id, label, visibility, name_key, updated_at FROM labelled, unnest(labels) label
  WHERE label <> 'is:public' AND (NOT is_disabled OR label = 'status:disabled')
  UNION ALL
  SELECT tenant_id, template_id, label, 'private', name_key, updated_at FROM labelled, unnest(own) label
  WHERE NOT is_disabled;
END
$$;

CREATE FUNCTION templates_indexed()
RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = marketplace, pg_temp AS $$
BEGIN
  PERFORM index_templates(array_agg(tenant_id), array_agg(template_id)) FROM changed;
  RETURN NULL;
END
$$;

CREATE TRIGGER templates_inserted AFTER INSERT ON templates
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION templates_indexed();
CREATE TRIGGER templates_updated AFTER UPDATE ON templates
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION templates_indexed();
CREATE TRIGGER templates_deleted AFTER DELETE ON templates
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION templates_indexed();
CREATE TRIGGER template_deployments_inserted AFTER INSERT ON template_deployments
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION templates_indexed();
CREATE TRIGGER template_deployments_updated AFTER UPDATE ON template_deployments
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION templates_indexed();

-- Who may: nobody but the owner, whose functions these are. -----------------------------------------------------------

ALTER TABLE template_labels ENABLE ROW LEVEL SECURITY;
ALTER TABLE template_labels FORCE ROW LEVEL SECURITY;
CREATE POLICY template_labels_upkeep ON template_labels TO CURRENT_USER USING (true);
ALTER TABLE template_search ENABLE ROW LEVEL SECURITY;
ALTER TABLE template_search FORCE ROW LEVEL SECURITY;
CREATE POLICY template_search_upkeep ON template_search TO CURRENT_USER USING (true);

-- What is there already: the triggers see an update. ------------------------------------------------------------------

UPDATE templates SET revision = revision;

ALTER TABLE templates FORCE ROW LEVEL SECURITY;
ALTER TABLE template_versions FORCE ROW LEVEL SECURITY;
ALTER TABLE template_deployments FORCE ROW LEVEL SECURITY;

CREATE INDEX template_labels_public_updated ON template_labels (label, updated_at, tenant_id, template_id) WHERE visibility = 'public';
CREATE INDEX template_labels_public_name ON template_labels (label, name_key, tenant_id, template_id) WHERE visibility = 'public';
CREATE INDEX template_labels_private_updated ON template_labels (tenant_id, label, updated_at, template_id) WHERE visibility = 'private';
CREATE INDEX template_labels_private_name ON template_labels (tenant_id, label, name_key, template_id) WHERE visibility = 'private';
CREATE INDEX template_search_public_updated ON template_search (updated_at, tenant_id, template_id) WHERE visibility = 'public';
CREATE INDEX template_search_public_name ON template_search (name_key, tenant_id, template_id) WHERE visibility = 'public';
CREATE INDEX template_search_private_updated ON template_search (tenant_id, updated_at, template_id) WHERE visibility = 'private';
CREATE INDEX template_search_private_name ON template_search (tenant_id, name_key, template_id) WHERE visibility = 'private';
-- Written through at once: a list of pending entries would have to be read by every search.
CREATE INDEX template_search_words ON template_search USING gin (words) WITH (fastupdate = off);

-- What is asked for --------------------------------------------------------------------------------------------------

/*
 * What somebody typed, as a query: words, "phrases", or, -not, as they are or by their stems. The last word counts also
 * as the beginning of one. Without a word in it, the query is empty.
 */
CREATE FUNCTION template_search_query(typed text)
RETURNS tsquery LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning AS $$
DECLARE
  words text := regexp_replace(translate(typed, '_./\:@+#', '        '), '(?<=[^[:space:]"])-', ' ', 'g');
  last  text := substring(words FROM '(?:^|[[:space:]])([^[:space:]"-][^[:space:]"]+)$');
  head  text := left(words, -length(last));
  whole tsquery := websearch_to_tsquery('simple', words) || websearch_to_tsquery('english', words);
BEGIN
  IF last IS NULL OR (length(words) - length(replace(words, '"', ''))) % 2 = 1 THEN
    RETURN whole;
  END IF;
  RETURN whole || ((websearch_to_tsquery('simple', head) || websearch_to_tsquery('english', head))
                   && to_tsquery('simple', quote_literal(last) || ':*'));
END
$$;

/* The labels of each group, and those that they stand for: a category for all below it. */
CREATE FUNCTION template_groups(groups jsonb)
RETURNS TABLE (number bigint, label text) LANGUAGE sql STABLE SET search_path = marketplace, pg_temp AS $$
  WITH RECURSIVE given (number, label) AS (
    SELECT g.number, label COLLATE "C" FROM jsonb_array_elements(groups) WITH ORDINALITY g (labels, number), jsonb_array_elements_text(g.labels) label
    UNION
    SELECT given.number, 'category:' || c.category_id FROM given
    JOIN categories c ON given.label LIKE 'category:%' AND c.parent_id = substr(given.label, 10)
  )
  SELECT * FROM given
$$;

/* A label as it stands in a query: as it is, whatever is in it. */
CREATE FUNCTION label_in_query(label text)
RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN '''' || replace(replace(label, '\', '\\'), '''', '''''') || '''';

/* Templates that a tenant may see, and that have at least one label of each group. */
CREATE FUNCTION template_query(me text, groups jsonb)
RETURNS tsquery LANGUAGE sql STABLE SET search_path = marketplace, pg_temp AS $$
  SELECT concat_ws(' & ',
    '(''is:public''' || CASE WHEN me <> '' THEN ' | ' || label_in_query('tenant:' || me) ELSE '' END || ')',
    (SELECT string_agg('(' || alternatives || ')', ' & ') FROM (
      SELECT string_agg(label_in_query(label) || CASE WHEN me <> '' AND label LIKE 'environment:%'
               THEN ' | ' || label_in_query('own:' || label) || ' & ' || label_in_query('tenant:' || me) ELSE '' END, ' | ')
      FROM template_groups(groups) GROUP BY number) each_group (alternatives)))::tsquery
$$;

-- The ways through a list --------------------------------------------------------------------------------------------

/*
 * A page of the templates that have one label. One range of one index for the public ones and one for the tenant's
 * private ones, merged, and nothing else, whatever the planner thinks of the label: it would rather sort what it takes
 * for few rows. The page goes on behind `after_at` or `after_name` and the template; the first page is behind infinity.
 */
CREATE FUNCTION list_templates(
  me text, wanted text, sort text, after_at timestamptz, after_name text, after_tenant text, after_template text, page_size int)
RETURNS TABLE (tenant_id text, template_id text, name_key text, rank real)
LANGUAGE plpgsql STABLE SET search_path = marketplace, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_sort = off SET enable_bitmapscan = off SET enable_seqscan = off SET jit = off AS $$
BEGIN
  IF sort = 'name' THEN
    RETURN QUERY
      SELECT l.tenant_id, l.template_id, l.name_key, 0::real FROM (
        (SELECT p.tenant_id, p.template_id, p.name_key FROM template_labels p
         WHERE p.visibility = 'public' AND p.label = wanted
           AND (p.name_key, p.tenant_id, p.template_id) > (after_name, after_tenant, after_template)
         ORDER BY p.name_key, p.tenant_id, p.template_id LIMIT page_size)
        UNION ALL
        (SELECT o.tenant_id, o.template_id, o.name_key FROM template_labels o
         WHERE o.visibility = 'private' AND o.tenant_id = me AND o.label = wanted
           AND (o.name_key, o.tenant_id, o.template_id) > (after_name, after_tenant, after_template)
         ORDER BY o.name_key, o.tenant_id, o.template_id LIMIT page_size)) l
      ORDER BY l.name_key, l.tenant_id, l.template_id LIMIT page_size;
  ELSE
    RETURN QUERY
      SELECT l.tenant_id, l.template_id, l.name_key, 0::real FROM (
        (SELECT p.tenant_id, p.template_id, p.name_key, p.updated_at FROM template_labels p
         WHERE p.visibility = 'public' AND p.label = wanted
           AND (p.updated_at, p.tenant_id, p.template_id) < (after_at, after_tenant, after_template)
         ORDER BY p.updated_at DESC, p.tenant_id DESC, p.template_id DESC LIMIT page_size)
        UNION ALL
        (SELECT o.tenant_id, o.template_id, o.name_key, o.updated_at FROM template_labels o
         WHERE o.visibility = 'private' AND o.tenant_id = me AND o.label = wanted
           AND (o.updated_at, o.tenant_id, o.template_id) < (after_at, after_tenant, after_template)
         ORDER BY o.updated_at DESC, o.tenant_id DESC, o.template_id DESC LIMIT page_size)) l
      ORDER BY l.updated_at DESC, l.tenant_id DESC, l.template_id DESC LIMIT page_size;
  END IF;
END
$$;

/*
 * A page of the templates that the transaction's tenant may see, that have at least one label of each group and that
 * match the search. No argument says which tenant that is. `sort` is relevance, recent or name.
 *
 * One filter is list_templates. Otherwise up to 1,000 matches (2,000 by relevance) are sorted here. If there are more,
 * they are dense: the catalogue is walked in its order, up to 2,000 templates, until the page is full; should that not
 * do, all matches are sorted. By relevance, up to 1,000 are ranked then that have the words in their names, and those
 * among the 2,000 most recently changed templates.
 */
CREATE FUNCTION find_templates(
  groups jsonb, search text, sort text,
  after_key text, after_rank real, after_tenant text, after_template text, page_size int)
RETURNS TABLE (tenant_id text, template_id text, name_key text, rank real)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = marketplace, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
DECLARE
  me      text := coalesce(current_setting('app.tenant_id', true), '');
  asked   tsquery := template_search_query(search);
  labels  text[];
  wanted  tsquery;
  named   tsquery;
  few     int := CASE sort WHEN 'relevance' THEN 2000 ELSE 1000 END;
  falling text := CASE sort WHEN 'name' THEN '' ELSE ' DESC' END;
  walk    text := format('%s%s, tenant_id%2$s, template_id%2$s', CASE sort WHEN 'name' THEN 'name_key' ELSE 'updated_at' END, falling);
  behind  text := 'true';
  walked  text;
  matches text := format('SELECT tenant_id, template_id, s.name_key, s.updated_at, %s::real AS rank',
    CASE sort WHEN 'relevance' THEN 'ts_rank_cd(''{0.02, 0.1, 0.3, 1}'', words, $7)' ELSE '0' END);
  source  text := 'FROM template_search s WHERE words @@ $2';
  counted int;
  given   int := 0;
BEGIN
  IF numnode(asked) = 0 THEN
    RETURN;
  END IF;
  IF asked IS NULL THEN
    labels := ARRAY(SELECT DISTINCT g.label FROM template_groups(groups) g WHERE g.label <> 'is:listed');
    IF cardinality(labels) < 2 AND (groups @> '[["is:listed"]]' OR labels[1] LIKE 'status:%') THEN
      RETURN QUERY SELECT * FROM list_templates(me, coalesce(labels[1], 'is:listed'), sort,
        CASE WHEN sort = 'name' OR after_key IS NULL THEN 'infinity' ELSE after_key::timestamptz END,
        CASE sort WHEN 'name' THEN coalesce(after_key, '') END, coalesce(after_tenant, ''), coalesce(after_template, ''), page_size);
      RETURN;
    END IF;
  END IF;

  wanted := template_query(me, groups);
  wanted := coalesce(wanted && asked, wanted);
  IF after_key IS NOT NULL THEN
    behind := CASE sort
      WHEN 'relevance' THEN '(rank, updated_at, tenant_id, template_id) < ($4, $3::timestamptz, $5, $6)'
      WHEN 'name' THEN '(name_key, tenant_id, template_id) > ($3, $5, $6)'
      ELSE '(updated_at, tenant_id, template_id) < ($3::timestamptz, $5, $6)' END;
  END IF;
  walked := format('(SELECT * FROM template_search WHERE visibility = ''public'' AND %1$s ORDER BY %2$s LIMIT 2000)
                    UNION ALL
                    (SELECT * FROM template_search WHERE visibility = ''private'' AND tenant_id = $1 AND %1$s ORDER BY %2$s LIMIT 2000)
                    ORDER BY %2$s LIMIT 2000', CASE sort WHEN 'relevance' THEN 'true' ELSE behind END, walk);

  -- Statements take: $1 tenant, $2 wanted, $3 to $6 the place to go on from, $7 asked, $8 named.
  EXECUTE format('SELECT count(*) FROM (SELECT %s LIMIT %s) few', source, few + 1) INTO counted USING me, wanted;
  IF counted > few AND sort = 'relevance' THEN
    -- Labels say name:word for each word of a name.
    named := wanted && regexp_replace(regexp_replace(asked::text, '<(-|\d+)>', '&', 'g'), '''((?:[^'']|'''')+)''', '''name:\1''', 'g')::tsquery;
    source := format('FROM (%s) s WHERE words @@ $2 UNION (%s FROM template_search s WHERE words @@ $8 LIMIT 1000)', walked, matches);
  ELSIF counted > few THEN
    RETURN QUERY EXECUTE format('SELECT tenant_id, template_id, name_key, rank FROM (%s FROM (%s) s WHERE words @@ $2 ORDER BY %s LIMIT %s) found',
                                matches, walked, walk, page_size)
      USING me, wanted, after_key, after_rank, after_tenant, after_template, asked;
    GET DIAGNOSTICS given = ROW_COUNT;
  END IF;
  IF given < page_size THEN
    RETURN QUERY EXECUTE format('SELECT tenant_id, template_id, name_key, rank FROM (%s %s) found WHERE %s ORDER BY %s OFFSET %s LIMIT %s',
                                matches, source, behind,
                                CASE sort WHEN 'relevance' THEN 'rank DESC, ' || walk ELSE walk END, given, page_size - given)
      USING me, wanted, after_key, after_rank, after_tenant, after_template, asked, named;
  END IF;
END
$$;

/*
 * How many templates that the transaction's tenant may see, that have at least one label of each group and that match
 * the search, there are in all (facet `total`), and of each of these facets how many have each value: the `most` most
 * frequent ones. A category counts for all above it. One pass over the matches, whatever the number of facets.
 */
CREATE FUNCTION count_templates(groups jsonb, search text, facets text[], most int)
RETURNS TABLE (facet text, value text, count int)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = marketplace, pg_temp SET jit = off AS $$
DECLARE
  me     text := coalesce(current_setting('app.tenant_id', true), '');
  asked  tsquery := template_search_query(search);
  wanted tsquery := template_query(me, groups);
  counts text := 'SELECT labels FROM template_search WHERE words @@ %L::tsquery';
BEGIN
  IF numnode(asked) = 0 THEN
    RETURN;
  END IF;
  wanted := coalesce(wanted && asked, wanted);
  RETURN QUERY
    WITH RECURSIVE label (word, ndoc) AS MATERIALIZED (
      SELECT word, ndoc FROM ts_stat(format(counts, wanted)) WHERE word NOT LIKE 'own:%'
      UNION ALL
      SELECT substr(word, 5), ndoc
      FROM ts_stat(format(counts, wanted && label_in_query('tenant:' || me)::tsquery && '''own:environment:'':*'))
      WHERE me <> '' AND 'environment' = ANY (facets) AND word LIKE 'own:%'
    ), line (below, above) AS (
      SELECT substr(word, 10) COLLATE "C", substr(word, 10) COLLATE "C" FROM label WHERE word LIKE 'category:%'
      UNION
      SELECT below, parent_id FROM line JOIN categories ON category_id = above WHERE parent_id IS NOT NULL
    ), counted (facet, value, ndoc) AS (
      SELECT split_part(word, ':', 1), substr(word, strpos(word, ':') + 1), ndoc FROM label WHERE word NOT LIKE 'category:%'
      UNION ALL
      SELECT 'category', above, ndoc FROM line JOIN label ON word = 'category:' || below
    ), ranked AS (
      SELECT c.facet, c.value, sum(ndoc)::int AS count,
             row_number() OVER (PARTITION BY c.facet ORDER BY sum(ndoc) DESC, c.value COLLATE "C") AS place
      FROM counted c WHERE c.facet = ANY (facets) GROUP BY c.facet, c.value
    )
    SELECT 'total', '', coalesce(sum(ndoc), 0)::int FROM label WHERE word LIKE 'kind:%'
    UNION ALL
    (SELECT r.facet, r.value, r.count FROM ranked r WHERE place <= most ORDER BY r.facet, place);
END
$$;

/* Whether any template of any tenant is in a category. */
CREATE FUNCTION category_is_used(category text)
RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = marketplace, pg_temp AS $$
  SELECT EXISTS (SELECT FROM template_search WHERE words @@ label_in_query('category:' || category)::tsquery)
$$;

REVOKE EXECUTE ON FUNCTION index_templates, templates_indexed, list_templates, find_templates, count_templates, category_is_used FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_templates, count_templates, category_is_used TO nofx_marketplace;
