-- `is_there` as those have it who migrate without a superuser: the owner's function, with no setting of its own.
SET LOCAL lock_timeout = '5s';
SET LOCAL search_path = search;

-- Row-level security binds the owner, too, whose function this is.
DROP POLICY IF EXISTS records_functions ON records;
CREATE POLICY records_functions ON records FOR SELECT TO CURRENT_USER USING (true);

-- Whether there is such a resource, whoever asks. Only for what must be left out if there is.
CREATE OR REPLACE FUNCTION is_there(owner text, kind text, name text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = search, pg_temp AS $$
  SELECT EXISTS (SELECT FROM records WHERE tenant_id = owner AND type = kind AND id = name)
$$;
REVOKE EXECUTE ON FUNCTION is_there FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_there TO nofx_search;
