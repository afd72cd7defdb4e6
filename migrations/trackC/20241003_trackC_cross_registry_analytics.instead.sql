-- As the way up, but `is_there` is made without a setting that only superusers may give to a function.
-- What depends on what, across both registries, and views that reports read.
--
-- Views run as whoever asks (security_invoker): what a caller may not read is in no row and in no count.

SET LOCAL search_path = search;

-- What reports read of a record: small enough to stay in the row, where the whole record with its text is not.
ALTER TABLE records ADD COLUMN summary jsonb NOT NULL
  GENERATED ALWAYS AS (record - '{text,description,uses,dependencies,capabilities,aliases}'::text[]) STORED;

-- Relations ----------------------------------------------------------------------------------------------------------

-- That one resource refers to another, which need not be there. Written in the transaction of the record that says so.
CREATE TABLE relations (
  tenant_id     text COLLATE "C" NOT NULL,
  type          text COLLATE "C" NOT NULL CHECK (type IN ('agent', 'template')),
  id            text COLLATE "C" NOT NULL,
  position      bigint NOT NULL,
  visibility    text COLLATE "C" NOT NULL CHECK (visibility IN ('private', 'public')),
  relation      text COLLATE "C" NOT NULL CHECK (relation IN ('uses', 'fork', 'successor')),
  target_tenant text COLLATE "C" NOT NULL,
  target_type   text COLLATE "C" NOT NULL CHECK (target_type IN ('agent', 'template')),
  target_id     text COLLATE "C" NOT NULL,
  version       text COLLATE "C",
  range         text,
  locked        text COLLATE "C",
  environment   text COLLATE "C",
  PRIMARY KEY (tenant_id, type, id, position),
  FOREIGN KEY (tenant_id, type, id) REFERENCES records ON DELETE CASCADE
);
COMMENT ON COLUMN relations.visibility IS 'Of the record; private if a draft says so, which only its tenant may read';
COMMENT ON COLUMN relations.version IS 'The version that says so; null: the resource itself does';
CREATE INDEX relations_targets ON relations (tenant_id, type, id, target_tenant, target_type, target_id);
CREATE INDEX relations_sources ON relations (target_tenant, target_type, target_id, tenant_id, type, id);

ALTER TABLE relations ENABLE ROW LEVEL SECURITY;
ALTER TABLE relations FORCE ROW LEVEL SECURITY;
CREATE POLICY relations_own_and_public ON relations FOR SELECT USING (
  visibility = 'public' OR tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY relations_indexing ON relations USING (
  (SELECT current_setting('app.role', true)) = 'service');

GRANT SELECT, INSERT, DELETE ON relations TO nofx_search;

-- Row-level security binds the owner, too, whose function this is.
DROP POLICY IF EXISTS records_functions ON records;
CREATE POLICY records_functions ON records FOR SELECT TO CURRENT_USER USING (true);

-- Whether there is such a resource, whoever asks. Only for what must be left out if there is.
CREATE FUNCTION is_there(owner text, kind text, name text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = search, pg_temp AS $$
  SELECT EXISTS (SELECT FROM records WHERE tenant_id = owner AND type = kind AND id = name)
$$;
REVOKE EXECUTE ON FUNCTION is_there FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_there TO nofx_search;

/*
 * Relations as the transaction's tenant may know them. `dead`: the target is not there. Whether it is, is judged as the
 * tenant of the source would: what another tenant keeps private is not there for it. So nobody learns what others have by
 * referring to it. What the source's tenant keeps private is left out for others, and so is the private origin of a fork,
 * whosever it is: the fork itself does not name it to them.
 */
CREATE VIEW told_relations WITH (security_invoker = true) AS
SELECT r.*, t.id IS NULL AS dead
FROM relations r
LEFT JOIN records t ON t.tenant_id = r.target_tenant AND t.type = r.target_type AND t.id = r.target_id
WHERE t.id IS NOT NULL
  OR r.tenant_id = (SELECT current_setting('app.tenant_id', true))
  OR (SELECT current_setting('app.role', true)) = 'service'
  OR r.relation <> 'fork'
    AND NOT (r.target_tenant = r.tenant_id AND is_there(r.target_tenant, r.target_type, r.target_id));

-- Reports ------------------------------------------------------------------------------------------------------------

CREATE VIEW reported_resources WITH (security_invoker = true) AS
SELECT tenant_id, type, id, visibility,
  summary ->> 'name' AS name,
  summary ->> 'status' AS status,
  summary ->> 'currentVersion' AS current_version,
  (summary ->> 'createdAt')::timestamptz AS created_at,
  (summary ->> 'updatedAt')::timestamptz AS changed_at,
  (summary #>> '{usage,runs30d}')::bigint AS runs_30d,
  (summary #>> '{usage,succeeded30d}')::bigint AS succeeded_30d,
  (summary #>> '{usage,success}')::double precision AS success,
  (summary #>> '{usage,meanMs}')::double precision AS mean_ms,
  coalesce((summary #>> '{rating,count}')::bigint, 0) AS rating_count,
  summary -> 'tests' IS NOT NULL AS is_tested
FROM records;

-- Drafts are nobody's business yet.
CREATE VIEW reported_versions WITH (security_invoker = true) AS
SELECT r.tenant_id, r.type, r.id, r.visibility,
  v ->> 'version' AS version,
  v ->> 'status' AS status,
  v ->> 'publishedBy' AS published_by,
  (v ->> 'publishedAt')::timestamptz AS published_at
FROM records r CROSS JOIN LATERAL jsonb_array_elements(r.summary -> 'versions') AS v
WHERE v ->> 'status' <> 'draft';

-- How many resources have locked a version, and how many any version of it.
CREATE VIEW reported_adoption WITH (security_invoker = true) AS
SELECT l.target_tenant AS tenant_id, l.target_type AS type, l.target_id AS id, l.locked AS version,
  l.locked = t.summary ->> 'currentVersion' AS is_current, l.dependents, a.dependents AS all_dependents
FROM (
  SELECT target_tenant, target_type, target_id, locked, count(DISTINCT (tenant_id, type, id)) AS dependents
  FROM relations WHERE relation = 'uses' AND locked IS NOT NULL GROUP BY 1, 2, 3, 4) l
JOIN (
  SELECT target_tenant, target_type, target_id, count(DISTINCT (tenant_id, type, id)) AS dependents
  FROM relations WHERE relation = 'uses' AND locked IS NOT NULL GROUP BY 1, 2, 3) a USING (target_tenant, target_type, target_id)
JOIN records t ON t.tenant_id = l.target_tenant AND t.type = l.target_type AND t.id = l.target_id;

-- Of a resource with more versions than its record lists, one that is not listed may well be there.
CREATE VIEW reported_dead_relations WITH (security_invoker = true) AS
SELECT r.tenant_id, r.type, r.id, r.position, r.version, r.relation, r.target_tenant, r.target_type, r.target_id, r.range,
  r.locked, r.environment,
  CASE WHEN r.dead THEN 'missing' WHEN t.summary ->> 'status' = 'disabled' THEN 'disabled' ELSE 'version_missing' END AS reason
FROM told_relations r
LEFT JOIN records t ON t.tenant_id = r.target_tenant AND t.type = r.target_type AND t.id = r.target_id
WHERE r.dead
  OR t.summary ->> 'status' = 'disabled'
  OR r.relation = 'uses' AND r.locked IS NOT NULL
    AND (t.summary ->> 'versionCount')::int <= jsonb_array_length(t.summary -> 'versions')
    AND NOT EXISTS (
      SELECT FROM jsonb_array_elements(t.summary -> 'versions') v
      WHERE v ->> 'version' = r.locked AND v ->> 'status' IN ('active', 'deprecated'));

GRANT SELECT ON told_relations, reported_resources, reported_versions, reported_adoption, reported_dead_relations TO nofx_search;
