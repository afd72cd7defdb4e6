-- What runs of templates report, and what that adds up to.
--
-- A report is written once, with its batch, in the transaction that it is acknowledged after. What is shown is read from
-- rollups, which a fold keeps: it takes batches that are not folded yet, adds them up by their hours and days, and deletes
-- them from the queue, in one transaction. So every report counts exactly once, in whatever order batches commit.

SET LOCAL search_path = marketplace;

-- Reports ----------------------------------------------------------------------------------------------------------------

-- Which runs have been reported. Apart from the reports: what is partitioned by day cannot be unique across days.
CREATE TABLE template_runs (
  tenant_id text COLLATE "C" NOT NULL,
  run_id    text COLLATE "C" NOT NULL,
  day       date NOT NULL,
  PRIMARY KEY (tenant_id, run_id)
);
COMMENT ON COLUMN template_runs.day IS 'UTC, of the end of the run; reports of that day are refused before its row is deleted';
CREATE INDEX template_runs_day ON template_runs USING brin (day);

CREATE TABLE template_events (
  day             date NOT NULL,
  batch_id        bigint NOT NULL,
  tenant_id       text COLLATE "C" NOT NULL,
  run_id          text COLLATE "C" NOT NULL,
  template_tenant text COLLATE "C" NOT NULL,
  template_id     text COLLATE "C" NOT NULL,
  version         text COLLATE "C" NOT NULL,
  environment     text COLLATE "C" NOT NULL,
  caller_kind     text COLLATE "C" NOT NULL CHECK (caller_kind IN ('human', 'ci', 'agent')),
  is_sample       boolean NOT NULL,
  outcome         text COLLATE "C" NOT NULL CHECK (outcome IN ('succeeded', 'failed', 'cancelled', 'invalid')),
  occurred_at     timestamptz(3) NOT NULL,
  accepted_at     timestamptz(3) NOT NULL,
  subject         bytea NOT NULL CHECK (length(subject) = 16),
  duration_ms     bigint NOT NULL CHECK (duration_ms >= 0),
  tokens          bigint CHECK (tokens >= 0),
  cost_micros     bigint CHECK (cost_micros >= 0),
  failed_step     text COLLATE "C" NOT NULL,
  error_class     text COLLATE "C" NOT NULL,
  -- [{"agent": "tenant/id", "version", "outcome", "durationMs"}], as the run reports it; null: it does not.
  steps           jsonb
) PARTITION BY RANGE (day);
COMMENT ON COLUMN template_events.tenant_id IS 'Of whoever ran the template';
COMMENT ON COLUMN template_events.subject IS 'The first half of a SHA-256: who it was cannot be read from it';
COMMENT ON COLUMN template_events.environment IS 'Empty: none was named';
CREATE INDEX template_events_batch ON template_events (batch_id);
CREATE INDEX template_events_samples ON template_events (tenant_id) WHERE is_sample;

-- The queue of the fold.
CREATE TABLE usage_batches (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  accepted_at timestamptz(3) NOT NULL,
  first_day   date NOT NULL,
  last_day    date NOT NULL,
  events      int NOT NULL CHECK (events > 0)
);

-- How far the fold has come. One row.
CREATE TABLE usage_fold (
  only_one  boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  fold_id   bigint NOT NULL DEFAULT 0,
  folded_at timestamptz(3)
);
COMMENT ON COLUMN usage_fold.fold_id IS 'Of the last fold that had something to do';
INSERT INTO usage_fold DEFAULT VALUES;

-- Rollups: by the hour and by the day (UTC), each with whose template it is and whose runs they are -------------------------

CREATE TABLE template_rollups (
  template_tenant text COLLATE "C" NOT NULL,
  template_id     text COLLATE "C" NOT NULL,
  grain           text COLLATE "C" NOT NULL CHECK (grain IN ('hour', 'day')),
  at              timestamptz(0) NOT NULL,
  version         text COLLATE "C" NOT NULL,
  environment     text COLLATE "C" NOT NULL,
  caller_kind     text COLLATE "C" NOT NULL,
  tenant_id       text COLLATE "C" NOT NULL,
  is_sample       boolean NOT NULL,
  succeeded       bigint NOT NULL,
  failed          bigint NOT NULL,
  cancelled       bigint NOT NULL,
  invalid         bigint NOT NULL,
  duration_ms     bigint NOT NULL,
  tokens          bigint NOT NULL,
  tokens_told     bigint NOT NULL,
  cost_micros     bigint NOT NULL,
  cost_told       bigint NOT NULL,
  last_at         timestamptz(3) NOT NULL,
  PRIMARY KEY (template_tenant, template_id, grain, at, version, environment, caller_kind, tenant_id, is_sample)
);
COMMENT ON COLUMN template_rollups.duration_ms IS 'Sum over the runs that succeeded';
COMMENT ON COLUMN template_rollups.tokens_told IS 'How many runs told their tokens';

-- Durations of runs that succeeded, in buckets that grow by a tenth: scheme 1, see packages/analytics.
CREATE TABLE template_latencies (
  template_tenant text COLLATE "C" NOT NULL,
  template_id     text COLLATE "C" NOT NULL,
  grain           text COLLATE "C" NOT NULL CHECK (grain IN ('hour', 'day')),
  at              timestamptz(0) NOT NULL,
  version         text COLLATE "C" NOT NULL,
  environment     text COLLATE "C" NOT NULL,
  tenant_id       text COLLATE "C" NOT NULL,
  is_sample       boolean NOT NULL,
  scheme          smallint NOT NULL,
  bucket          smallint NOT NULL CHECK (bucket >= 0),
  runs            bigint NOT NULL CHECK (runs > 0),
  PRIMARY KEY (template_tenant, template_id, grain, at, version, environment, tenant_id, is_sample, scheme, bucket)
);

CREATE TABLE template_failures (
  template_tenant text COLLATE "C" NOT NULL,
  template_id     text COLLATE "C" NOT NULL,
  grain           text COLLATE "C" NOT NULL CHECK (grain IN ('hour', 'day')),
  at              timestamptz(0) NOT NULL,
  version         text COLLATE "C" NOT NULL,
  environment     text COLLATE "C" NOT NULL,
  tenant_id       text COLLATE "C" NOT NULL,
  is_sample       boolean NOT NULL,
  outcome         text COLLATE "C" NOT NULL CHECK (outcome IN ('failed', 'invalid')),
  failed_step     text COLLATE "C" NOT NULL,
  error_class     text COLLATE "C" NOT NULL,
  runs            bigint NOT NULL CHECK (runs > 0),
  PRIMARY KEY (template_tenant, template_id, grain, at, version, environment, tenant_id, is_sample, outcome, failed_step, error_class)
);

-- Who ran it: a set, since different people of two hours cannot be added up.
CREATE TABLE template_subjects (
  template_tenant text COLLATE "C" NOT NULL,
  template_id     text COLLATE "C" NOT NULL,
  grain           text COLLATE "C" NOT NULL CHECK (grain IN ('hour', 'day')),
  at              timestamptz(0) NOT NULL,
  version         text COLLATE "C" NOT NULL,
  environment     text COLLATE "C" NOT NULL,
  tenant_id       text COLLATE "C" NOT NULL,
  is_sample       boolean NOT NULL,
  subject         bytea NOT NULL,
  PRIMARY KEY (template_tenant, template_id, grain, at, version, environment, tenant_id, is_sample, subject)
);

-- A template's day in one row, whoever ran it: what dashboards and popularity are read from.
CREATE TABLE template_days (
  template_tenant text COLLATE "C" NOT NULL,
  template_id     text COLLATE "C" NOT NULL,
  day             date NOT NULL,
  is_sample       boolean NOT NULL,
  succeeded       bigint NOT NULL,
  failed          bigint NOT NULL,
  cancelled       bigint NOT NULL,
  invalid         bigint NOT NULL,
  duration_ms     bigint NOT NULL,
  tokens          bigint NOT NULL,
  tokens_told     bigint NOT NULL,
  cost_micros     bigint NOT NULL,
  cost_told       bigint NOT NULL,
  last_at         timestamptz(3) NOT NULL,
  fold_id         bigint NOT NULL,
  PRIMARY KEY (template_tenant, template_id, day, is_sample)
);
COMMENT ON COLUMN template_days.fold_id IS 'The fold that changed it last';
CREATE INDEX template_days_folded ON template_days (fold_id);
CREATE INDEX template_days_day ON template_days (day);

-- Hours are deleted when they are old; what was added at one time lies together. Samples are deleted by one call.
CREATE INDEX template_rollups_at ON template_rollups USING brin (at);
CREATE INDEX template_latencies_at ON template_latencies USING brin (at);
CREATE INDEX template_failures_at ON template_failures USING brin (at);
CREATE INDEX template_subjects_at ON template_subjects USING brin (at);
CREATE INDEX template_rollups_samples ON template_rollups (template_tenant) WHERE is_sample;
CREATE INDEX template_latencies_samples ON template_latencies (template_tenant) WHERE is_sample;
CREATE INDEX template_failures_samples ON template_failures (template_tenant) WHERE is_sample;
CREATE INDEX template_subjects_samples ON template_subjects (template_tenant) WHERE is_sample;
CREATE INDEX template_days_samples ON template_days (template_tenant) WHERE is_sample;

-- What templates are compared by. The last 30 days are those of UTC, today included.
CREATE TABLE template_popularity (
  tenant_id     text COLLATE "C" NOT NULL,
  template_id   text COLLATE "C" NOT NULL,
  as_of_day     date NOT NULL,
  usage_30d     bigint NOT NULL,
  succeeded_30d bigint NOT NULL,
  failed_30d    bigint NOT NULL,
  duration_30d  bigint NOT NULL,
  tokens_30d    bigint NOT NULL,
  tokens_told_30d bigint NOT NULL,
  last_run_at   timestamptz(3) NOT NULL,
  has_sample    boolean NOT NULL,
  -- Successes of the last 30 days: runs × success rate.
  popularity    double precision NOT NULL,
  -- log2 of the sum of 2^(t / half-life) over all runs: grows by 1 with each half-life that a run is younger.
  trend         double precision NOT NULL,
  -- Lower bound of the success rate of the last 30 days (Wilson, 95 %); null: nothing has succeeded or failed.
  success       double precision,
  PRIMARY KEY (tenant_id, template_id)
);
CREATE INDEX template_popularity_stale ON template_popularity (as_of_day);

-- Which versions of agents did the steps, by the day: what the registry is told.
CREATE TABLE agent_usage_days (
  agent_tenant text COLLATE "C" NOT NULL,
  agent_id     text COLLATE "C" NOT NULL,
  version      text COLLATE "C" NOT NULL,
  day          date NOT NULL,
  is_sample    boolean NOT NULL,
  succeeded    bigint NOT NULL,
  failed       bigint NOT NULL,
  cancelled    bigint NOT NULL,
  invalid      bigint NOT NULL,
  duration_ms  bigint NOT NULL,
  last_at      timestamptz(3) NOT NULL,
  told         boolean NOT NULL DEFAULT false,
  PRIMARY KEY (agent_tenant, agent_id, version, day, is_sample)
);
COMMENT ON COLUMN agent_usage_days.told IS 'The feed has told of it as it is';
CREATE INDEX agent_usage_days_untold ON agent_usage_days (agent_tenant, agent_id) WHERE NOT told;

-- Partitions: made ahead and dropped by their owner, since the service owns nothing ---------------------------------------

/* Makes the partitions of these days. Attaching waits for nobody who writes to other days. */
CREATE FUNCTION make_event_partitions(first_day date, last_day date)
RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = marketplace, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
  of_day date;
  name   text;
  made   int := 0;
BEGIN
  IF (first_day BETWEEN '2000-01-01' AND '2199-12-31' AND last_day - first_day BETWEEN 0 AND 100) IS NOT TRUE THEN
    RAISE EXCEPTION 'partitions of 1 to 101 days of this century or the next are made at once';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('marketplace.event_partitions', 0));
  FOR of_day IN SELECT generate_series(first_day, last_day, interval '1 day')::date LOOP
    name := 'template_events_' || to_char(of_day, 'YYYYMMDD');
    CONTINUE WHEN to_regclass('marketplace.' || name) IS NOT NULL;
    EXECUTE format('CREATE TABLE %I (LIKE template_events INCLUDING ALL)', name);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE template_events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, of_day, of_day + 1);
    made := made + 1;
  END LOOP;
  RETURN made;
END
$$;

/*
 * Drops the partition of the oldest day, if that is before this one; tells whether it did. Dropping keeps everybody off the
 * table for a moment: whoever would have to wait for it long gives up and comes again. Days that reports are accepted for
 * stay, whatever the caller's clock says, and days that wait for the fold.
 */
CREATE FUNCTION drop_event_partition(before date)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = marketplace, pg_temp SET lock_timeout = '500ms' AS $$
DECLARE
  name text;
BEGIN
  IF (before < (now() AT TIME ZONE 'UTC')::date - 8) IS NOT TRUE THEN
    RAISE EXCEPTION 'partitions of the last 9 days stay';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('marketplace.event_partitions', 0));
  SELECT c.relname INTO name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
  WHERE i.inhparent = 'marketplace.template_events'::regclass AND c.relname ~ '^template_events_[0-9]{8}$'
    AND c.relname < 'template_events_' || to_char(least(before, (SELECT min(first_day) FROM usage_batches)), 'YYYYMMDD')
  ORDER BY c.relname LIMIT 1;
  IF name IS NULL THEN
    RETURN false;
  END IF;
  EXECUTE format('DROP TABLE %I', name);
  RETURN true;
END
$$;
REVOKE EXECUTE ON FUNCTION make_event_partitions, drop_event_partition FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_event_partitions, drop_event_partition TO nofx_marketplace;

-- Who may ------------------------------------------------------------------------------------------------------------

-- Reports are there for whoever ran; rollups also for whoever the template belongs to. The fold works as a service.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['template_runs', 'template_events', 'template_rollups', 'template_latencies',
                              'template_failures', 'template_subjects', 'template_days', 'template_popularity',
                              'agent_usage_days'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY %I ON %I USING ((SELECT current_setting(''app.role'', true)) = ''service'')',
                   name || '_fold', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['template_runs', 'template_events'] LOOP
    EXECUTE format('CREATE POLICY %I ON %I USING (tenant_id = (SELECT current_setting(''app.tenant_id'', true)))',
                   name || '_own', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['template_rollups', 'template_latencies', 'template_failures', 'template_subjects'] LOOP
    EXECUTE format('CREATE POLICY %I ON %I FOR SELECT USING (
      template_tenant = (SELECT current_setting(''app.tenant_id'', true))
      OR tenant_id = (SELECT current_setting(''app.tenant_id'', true)))', name || '_own', name);
  END LOOP;
END
$$;
-- Whoever has made samples may take them away.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['template_rollups', 'template_latencies', 'template_failures', 'template_subjects',
                              'template_days'] LOOP
    EXECUTE format('CREATE POLICY %I ON %I FOR DELETE USING (
      is_sample AND template_tenant = (SELECT current_setting(''app.tenant_id'', true)))', name || '_samples', name);
  END LOOP;
END
$$;
CREATE POLICY agent_usage_days_own ON agent_usage_days FOR SELECT USING (
  agent_tenant = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY agent_usage_days_samples ON agent_usage_days FOR DELETE USING (
  is_sample AND agent_tenant = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY template_days_own ON template_days FOR SELECT USING (
  template_tenant = (SELECT current_setting('app.tenant_id', true)));
-- How often a template is run, and how often well, is there for whoever may read it: the sub-selects run under the
-- policies of `templates`.
CREATE POLICY template_days_with_template ON template_days FOR SELECT USING ((
  SELECT t.template_id FROM templates t
  WHERE t.tenant_id = template_days.template_tenant AND t.template_id = template_days.template_id) IS NOT NULL);
CREATE POLICY template_popularity_own ON template_popularity FOR SELECT USING (
  tenant_id = (SELECT current_setting('app.tenant_id', true)));
CREATE POLICY template_popularity_with_template ON template_popularity FOR SELECT USING ((
  SELECT t.template_id FROM templates t
  WHERE t.tenant_id = template_popularity.tenant_id AND t.template_id = template_popularity.template_id) IS NOT NULL);

GRANT SELECT, INSERT, DELETE ON template_runs, template_events, usage_batches TO nofx_marketplace;
-- For locking what is deleted; nobody changes it.
GRANT UPDATE (day) ON template_runs TO nofx_marketplace;
GRANT SELECT, UPDATE (fold_id, folded_at) ON usage_fold TO nofx_marketplace;
GRANT SELECT, INSERT, UPDATE, DELETE ON template_rollups, template_latencies, template_failures, template_subjects,
  template_days, template_popularity, agent_usage_days TO nofx_marketplace;
