-- Lists of agents: every documented filter and sort from an index.
--
-- agent_labels holds one row for each thing an agent can be filtered by, in the order of each sort: one filter is one
-- range of one index. Its comparisons are leakproof, so row-level security does not keep the planner from its indexes.
-- agent_search answers what takes more: text, and several filters at once. The operators of text search are not
-- leakproof: behind a policy "public or mine" the planner gives its index up. So the service may not touch the table
-- at all and asks find_agents, which adds the caller's tenant, and nothing but what that may see, to every query.
-- Triggers keep both tables in step, in the transaction of the change.

SET LOCAL search_path = registry;

-- The policies of these tables bind their owner as well; what follows is for all tenants.
ALTER TABLE agent_registry NO FORCE ROW LEVEL SECURITY;
ALTER TABLE agent_versions NO FORCE ROW LEVEL SECURITY;

ALTER TABLE agent_registry ADD COLUMN model text, ADD COLUMN published_at timestamptz(3);
COMMENT ON COLUMN agent_registry.published_at IS 'When the current version was published';
UPDATE agent_registry a SET model = v.manifest ->> 'model', published_at = v.published_at
FROM agent_versions v
WHERE v.tenant_id = a.tenant_id AND v.agent_id = a.agent_id AND v.version = a.current_version;
ALTER TABLE agent_registry ALTER COLUMN published_at SET NOT NULL;

DROP INDEX agent_registry_own, agent_registry_public;

-- Labels -------------------------------------------------------------------------------------------------------------

CREATE TABLE agent_labels (
  tenant_id    text COLLATE "C" NOT NULL,
  agent_id     text COLLATE "C" NOT NULL,
  label        text COLLATE "C" NOT NULL,
  visibility   text NOT NULL CHECK (visibility IN ('private', 'public')),
  name_key     text COLLATE "C" NOT NULL,
  updated_at   timestamptz(3) NOT NULL,
  published_at timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, agent_id, label)
);
COMMENT ON COLUMN agent_labels.label IS 'kind:value, such as tag:review; is:listed on all but disabled agents, which have no label but status:disabled';
COMMENT ON COLUMN agent_labels.name_key IS 'The name in lower case: what lists sort by';

CREATE TABLE agent_search (
  tenant_id    text COLLATE "C" NOT NULL,
  agent_id     text COLLATE "C" NOT NULL,
  name_key     text COLLATE "C" NOT NULL,
  updated_at   timestamptz(3) NOT NULL,
  published_at timestamptz(3) NOT NULL,
  words        tsvector NOT NULL,
  PRIMARY KEY (tenant_id, agent_id)
) WITH (fillfactor = 85);
COMMENT ON COLUMN agent_search.words IS 'Words of the text; labels, and name:word for each word of the name, as they are: text has no word with a colon';

/* What an agent can be filtered by. */
CREATE FUNCTION agent_labels_of(
  tenant_id text, status text, visibility text, owner text, model text, tags text[], capability_ids text[])
RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT array_agg(DISTINCT label) FROM (
    VALUES ('tenant:' || tenant_id), ('status:' || status), ('visibility:' || visibility),
           (CASE WHEN status <> 'disabled' THEN 'is:listed' END),
           -- Longer ones cannot be asked for, and would not fit into an index.
           (CASE WHEN length(owner) <= 200 THEN 'owner:' || owner END),
           (CASE WHEN length(model) <= 200 THEN 'model:' || model END)
    UNION ALL SELECT 'tag:' || tag FROM unnest(tags) tag
    UNION ALL SELECT 'capability:' || capability FROM unnest(capability_ids) capability
  ) labels (label) WHERE label IS NOT NULL
$$;

/* Words as they are, for names and codes, and their English stems; what joins the parts of a name separates words. */
CREATE FUNCTION agent_words(content text)
RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT to_tsvector('simple', words) || to_tsvector('english', words)
  FROM (SELECT translate(content, '-_./\:@+#', '         ')) parts (words)
$$;

/* What can be searched of an agent. Weights: A for its name, B for tags and capabilities, D for the description. */
CREATE FUNCTION agent_words_of(
  agent_id text, name text, description text, tags text[], capabilities jsonb, labels text[])
RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = registry, pg_temp AS $$
  SELECT setweight(agent_words(agent_id || ' ' || name), 'A')
      || setweight(agent_words(array_to_string(tags, ' ') || ' ' || coalesce(skills, '')), 'B')
      || setweight(agent_words(coalesce(description, '')), 'D')
      || array_to_tsvector(labels || ARRAY(
           SELECT 'name:' || word FROM unnest(tsvector_to_array(agent_words(agent_id || ' ' || name))) word))
  FROM (SELECT string_agg(concat_ws(' ', skill ->> 'id', skill ->> 'label'), ' ') FROM jsonb_array_elements(capabilities) skill) c (skills)
$$;

/* Keeps labels and words in step. Runs as the owner: the service itself may write neither table. */
CREATE FUNCTION agent_registry_indexed()
RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = registry, pg_temp AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM agent_labels l USING before b WHERE l.tenant_id = b.tenant_id AND l.agent_id = b.agent_id;
  END IF;
  IF TG_OP = 'DELETE' THEN
    DELETE FROM agent_search s USING before b WHERE s.tenant_id = b.tenant_id AND s.agent_id = b.agent_id;
    RETURN NULL;
  END IF;
  WITH labelled AS (
    SELECT n.*, lower(n.name) AS name_key,
           agent_labels_of(n.tenant_id, n.status, n.visibility, n.owner, n.model, n.tags, n.capability_ids) AS labels
    FROM after n
  ), searchable AS (
    INSERT INTO agent_search AS s (tenant_id, agent_id, name_key, updated_at, published_at, words)
    SELECT tenant_id, agent_id, name_key, updated_at, published_at,
           agent_words_of(agent_id, name, description, tags, capabilities, labels)
    FROM labelled
    ON CONFLICT (tenant_id, agent_id) DO UPDATE SET
      name_key = excluded.name_key, updated_at = excluded.updated_at, published_at = excluded.published_at,
      words = excluded.words
  )
  INSERT INTO agent_labels (tenant_id, agent_id, label, visibility, name_key, updated_at, published_at)
  SELECT tenant_id, agent_id, label, visibility, name_key, updated_at, published_at
  FROM labelled, unnest(labels) label
  WHERE status <> 'disabled' OR label = 'status:disabled';
  RETURN NULL;
END
$$;

CREATE TRIGGER agent_registry_inserted AFTER INSERT ON agent_registry
  REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION agent_registry_indexed();
CREATE TRIGGER agent_registry_updated AFTER UPDATE ON agent_registry
  REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION agent_registry_indexed();
CREATE TRIGGER agent_registry_deleted AFTER DELETE ON agent_registry
  REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION agent_registry_indexed();

-- Who may -------------------------------------------------------------------------------------------------------------

ALTER TABLE agent_labels ENABLE ROW LEVEL SECURITY;
ALTER TABLE agent_labels FORCE ROW LEVEL SECURITY;
CREATE POLICY agent_labels_own ON agent_labels FOR SELECT USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY agent_labels_public ON agent_labels FOR SELECT USING (
  visibility = 'public' OR (SELECT current_setting('app.role', true)) = 'service');
CREATE POLICY agent_labels_upkeep ON agent_labels TO CURRENT_USER USING (true);
GRANT SELECT ON agent_labels TO nofx_registry;

-- Nobody but the owner, whose functions the two are, and no grant to anybody.
ALTER TABLE agent_search ENABLE ROW LEVEL SECURITY;
ALTER TABLE agent_search FORCE ROW LEVEL SECURITY;
CREATE POLICY agent_search_upkeep ON agent_search TO CURRENT_USER USING (true);

-- Versions and files are readable with their agent. As EXISTS, this made the planner read all agents beforehand when an
-- agent has many versions; a value it looks up for one row at a time.
DROP POLICY agent_versions_with_agent ON agent_versions;
CREATE POLICY agent_versions_with_agent ON agent_versions FOR SELECT USING (
  (status <> 'draft' OR (SELECT current_setting('app.role', true)) = 'service')
  AND (
    SELECT a.agent_id FROM agent_registry a
    WHERE a.tenant_id = agent_versions.tenant_id AND a.agent_id = agent_versions.agent_id) IS NOT NULL);
DROP POLICY agent_files_with_agent ON agent_files;
CREATE POLICY agent_files_with_agent ON agent_files FOR SELECT USING ((
  SELECT a.agent_id FROM agent_registry a
  WHERE a.tenant_id = agent_files.tenant_id AND a.agent_id = agent_files.agent_id) IS NOT NULL);

-- What is there already: the triggers see an update. ------------------------------------------------------------------

UPDATE agent_registry SET revision = revision;

ALTER TABLE agent_registry FORCE ROW LEVEL SECURITY;
ALTER TABLE agent_versions FORCE ROW LEVEL SECURITY;

CREATE INDEX agent_labels_own_updated ON agent_labels (tenant_id, label, updated_at, agent_id);
CREATE INDEX agent_labels_own_published ON agent_labels (tenant_id, label, published_at, agent_id);
CREATE INDEX agent_labels_own_name ON agent_labels (tenant_id, label, name_key, agent_id);
CREATE INDEX agent_labels_public_updated ON agent_labels (label, updated_at, tenant_id, agent_id) WHERE visibility = 'public';
CREATE INDEX agent_labels_public_published ON agent_labels (label, published_at, tenant_id, agent_id) WHERE visibility = 'public';
CREATE INDEX agent_labels_public_name ON agent_labels (label, name_key, tenant_id, agent_id) WHERE visibility = 'public';
CREATE INDEX api_tokens_newest ON api_tokens (tenant_id, created_at, id);
-- Written through at once: a list of pending entries would have to be read by every search.
CREATE INDEX agent_search_words ON agent_search USING gin (words) WITH (fastupdate = off);


-- The two ways through a list ----------------------------------------------------------------------------------------

/*
 * A page of the agents that have one label, of one part of a list: `own`, the agents of the transaction's tenant, or
 * `others`, everybody else's public ones. Runs as the caller, under row-level security. One range of one index, and
 * nothing else, whatever the planner thinks of the label: it would rather sort what it takes for few rows. The page goes
 * on behind `after_at` or `after_name` and the agent; those of the first page are behind infinity.
 */
CREATE FUNCTION list_agents(
  part text, wanted text, since timestamptz, sort text,
  after_at timestamptz, after_name text, after_tenant text, after_agent text, page_size int)
RETURNS TABLE (tenant_id text, agent_id text, name_key text, rank real)
LANGUAGE plpgsql STABLE SET search_path = registry, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_sort = off SET enable_bitmapscan = off SET enable_seqscan = off SET jit = off AS $$
DECLARE
  me text := current_setting('app.tenant_id', true);
BEGIN
  CASE part || ' by ' || sort
    WHEN 'own by updated' THEN
      RETURN QUERY SELECT l.tenant_id, l.agent_id, l.name_key, 0::real FROM agent_labels l
        WHERE l.tenant_id = me AND l.label = wanted AND l.updated_at >= since
          AND (l.updated_at, l.agent_id) < (after_at, after_agent)
        ORDER BY l.updated_at DESC, l.agent_id DESC LIMIT page_size;
    WHEN 'own by published' THEN
      RETURN QUERY SELECT l.tenant_id, l.agent_id, l.name_key, 0::real FROM agent_labels l
        WHERE l.tenant_id = me AND l.label = wanted AND (l.published_at, l.agent_id) < (after_at, after_agent)
        ORDER BY l.published_at DESC, l.agent_id DESC LIMIT page_size;
    WHEN 'own by name' THEN
      RETURN QUERY SELECT l.tenant_id, l.agent_id, l.name_key, 0::real FROM agent_labels l
        WHERE l.tenant_id = me AND l.label = wanted AND (l.name_key, l.agent_id) > (after_name, after_agent)
        ORDER BY l.name_key, l.agent_id LIMIT page_size;
    WHEN 'others by updated' THEN
      RETURN QUERY SELECT l.tenant_id, l.agent_id, l.name_key, 0::real FROM agent_labels l
        WHERE l.visibility = 'public' AND l.label = wanted AND l.tenant_id <> me AND l.updated_at >= since
          AND (l.updated_at, l.tenant_id, l.agent_id) < (after_at, after_tenant, after_agent)
        ORDER BY l.updated_at DESC, l.tenant_id DESC, l.agent_id DESC LIMIT page_size;
    WHEN 'others by published' THEN
      RETURN QUERY SELECT l.tenant_id, l.agent_id, l.name_key, 0::real FROM agent_labels l
        WHERE l.visibility = 'public' AND l.label = wanted AND l.tenant_id <> me
          AND (l.published_at, l.tenant_id, l.agent_id) < (after_at, after_tenant, after_agent)
        ORDER BY l.published_at DESC, l.tenant_id DESC, l.agent_id DESC LIMIT page_size;
    WHEN 'others by name' THEN
      RETURN QUERY SELECT l.tenant_id, l.agent_id, l.name_key, 0::real FROM agent_labels l
        WHERE l.visibility = 'public' AND l.label = wanted AND l.tenant_id <> me
          AND (l.name_key, l.tenant_id, l.agent_id) > (after_name, after_tenant, after_agent)
        ORDER BY l.name_key, l.tenant_id, l.agent_id LIMIT page_size;
  END CASE;
END
$$;

/*
 * What somebody typed, as a query: words, "phrases", or, -not, as they are or by their stems. The last word counts also
 * as the beginning of one. Without a word in it, the query is empty.
 */
CREATE FUNCTION agent_search_query(typed text)
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

/*
 * A page of the agents that have all labels and match the search, of one part of a list: `own`, the agents of the
 * transaction's tenant, or `others`, everybody else's public ones that are not disabled. No argument says which tenant
 * that is. The first label must be one that agent_labels has for every agent in question.
 *
 * The work is bounded whatever is asked. Up to 1,000 matches (2,000 by relevance) are sorted here. If there are more,
 * they are dense: the list is walked in its order, up to 2,000 agents, until the page is full; should that not do, all
 * matches are sorted. By relevance, up to 1,000 are ranked then that have the words in their names, and those among the
 * 1,000 most recently updated agents.
 */
CREATE FUNCTION find_agents(
  part text, labels text[], search text, since timestamptz, sort text,
  after_key text, after_rank real, after_tenant text, after_agent text, page_size int)
RETURNS TABLE (tenant_id text, agent_id text, name_key text, rank real)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = registry, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
DECLARE
  me      text := coalesce(current_setting('app.tenant_id', true), '');
  asked   tsquery := agent_search_query(search);
  wanted  tsquery;
  named   tsquery;
  few     int := CASE sort WHEN 'relevance' THEN 2000 ELSE 1000 END;
  key     text := CASE sort WHEN 'name' THEN 'name_key' WHEN 'published' THEN 'published_at' ELSE 'updated_at' END;
  falling text := CASE sort WHEN 'name' THEN '' ELSE ' DESC' END;
  -- Within one tenant it decides nothing, and the index of its labels does not have it there.
  tie     text := CASE part WHEN 'own' THEN '' ELSE ', tenant_id' END;
  walk    text := key || falling || tie || CASE tie WHEN '' THEN '' ELSE falling END || ', agent_id' || falling;
  recent  text := CASE WHEN since IS NULL THEN 'true' ELSE 'updated_at >= $4' END;
  behind  text := 'true';
  listed  text := format('SELECT tenant_id, agent_id FROM agent_labels WHERE %s AND label = $2 AND %s',
    CASE part WHEN 'own' THEN 'tenant_id = $1' ELSE 'visibility = ''public'' AND tenant_id <> $1' END, recent);
  matches text := format('SELECT tenant_id, agent_id, s.name_key, s.updated_at, s.published_at, %s::real AS rank',
    CASE sort WHEN 'relevance' THEN 'ts_rank_cd(''{0.02, 0.1, 0.3, 1}'', words, $5)' ELSE '0' END);
  -- Of agents found by labels: each one's words are looked up. Never the other way round.
  words   text := 'l JOIN LATERAL (SELECT * FROM agent_search s WHERE s.tenant_id = l.tenant_id AND s.agent_id = l.agent_id OFFSET 0) s
                   USING (tenant_id, agent_id) WHERE words @@ $3';
  source  text;
  counted int;
  given   int := 0;
BEGIN
  IF (part = 'own' AND me = '') OR numnode(asked) = 0 THEN
    RETURN;
  END IF;

  SELECT string_agg('''' || replace(replace(label, '\', '\\'), '''', '''''') || '''', ' & ')::tsquery INTO wanted
  FROM unnest(labels
    || CASE part WHEN 'own' THEN 'tenant:' || me ELSE 'visibility:public' END
    || CASE WHEN part = 'own' AND 'status:disabled' = ANY (labels) THEN '{}'::text[] ELSE '{is:listed}' END) label;
  IF part <> 'own' AND me <> '' THEN
    wanted := wanted && !! format('%L', 'tenant:' || me)::tsquery;
  END IF;
  wanted := coalesce(wanted && asked, wanted);

  IF after_key IS NOT NULL THEN
    behind := format('(%s%s, agent_id) %s (%s$9)', CASE sort WHEN 'relevance' THEN 'rank, ' ELSE '' END || key, tie,
      CASE sort WHEN 'name' THEN '>' ELSE '<' END,
      CASE sort WHEN 'relevance' THEN '$7, $6::timestamptz, ' WHEN 'name' THEN '$6, ' ELSE '$6::timestamptz, ' END
        || CASE tie WHEN '' THEN '' ELSE '$8, ' END);
  END IF;

  -- Statements take: $1 tenant, $2 first label, $3 wanted, $4 since, $5 asked, $6 to $9 the place to go on from, $10 named.
  IF since IS NOT NULL THEN
    source := format('FROM (%s OFFSET 0) %s', listed, words);
    EXECUTE format('SELECT count(*) FROM (%s LIMIT %s) few', listed, few + 1) INTO counted USING me, labels[1], wanted, since;
  END IF;
  IF since IS NULL OR counted > few THEN
    source := 'FROM agent_search s WHERE words @@ $3';
    EXECUTE format('SELECT count(*) FROM (SELECT %s LIMIT %s) few', source, few + 1) INTO counted USING me, labels[1], wanted;
  END IF;

  IF counted > few AND sort = 'relevance' THEN
    -- Labels say name:word for each word of a name.
    named := wanted && regexp_replace(regexp_replace(asked::text, '<(-|\d+)>', '&', 'g'), '''((?:[^'']|'''')+)''', '''name:\1''', 'g')::tsquery;
    matches := format('(%s FROM (%s ORDER BY %s LIMIT 1000) %s) UNION (%1$s FROM agent_search s WHERE words @@ $10 LIMIT 1000)',
                      matches, listed, walk, words);
    source := '';
  ELSIF counted > few THEN
    RETURN QUERY EXECUTE format('SELECT tenant_id, agent_id, name_key, rank FROM (%s FROM (%s AND %s ORDER BY %s LIMIT 2000) %s LIMIT %s) found',
                                matches, listed, behind, walk, words, page_size)
      USING me, labels[1], wanted, since, asked, after_key, after_rank, after_tenant, after_agent;
    GET DIAGNOSTICS given = ROW_COUNT;
  END IF;
  IF given < page_size THEN
    RETURN QUERY EXECUTE format('SELECT tenant_id, agent_id, name_key, rank FROM (%s %s) found
                                 WHERE %s AND %s ORDER BY %s OFFSET %s LIMIT %s', matches, source, recent, behind,
                                CASE sort WHEN 'relevance' THEN 'rank DESC, ' || walk ELSE walk END, given, page_size - given)
      USING me, labels[1], wanted, since, asked, after_key, after_rank, after_tenant, after_agent, named;
  END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION list_agents, find_agents, agent_registry_indexed FROM PUBLIC;
GRANT EXECUTE ON FUNCTION list_agents, find_agents TO nofx_registry;
