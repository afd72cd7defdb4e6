import type { TestDatabase } from "@nofx/testkit";

/** How much there is. Templates with an odd number have ten times the runs of the others, in as many rows. */
export interface Year {
  readonly templates: number;
  readonly days: number;
  /** Of the last days, every hour too. */
  readonly hourlyDays: number;
}

const settings = `
  SET search_path = marketplace; SET jit = off; SET synchronous_commit = off; SET work_mem = '64MB'; SET timezone = 'UTC';
  SET maintenance_work_mem = '512MB'; SET session_replication_role = replica;`;

const address = "'acme', 'template-' || t";
const runs = "(CASE WHEN t % 2 = 1 THEN 10 ELSE 1 END)";
/** Each environment with the version of its time. */
const version = "CASE WHEN d < 60 THEN '1.2.0' WHEN d < 200 THEN '1.1.0' ELSE '1.0.0' END";
/** A day has two environments, an hour has one: a template runs some ten times an hour. */
const places =
  "(VALUES ('production', 'ci'), ('staging', 'human')) AS e (environment, caller) WHERE (grain = 'day' OR caller = 'ci')";
/** So many latency buckets, and subjects, has a day, and an hour. */
const several = "generate_series(0, CASE grain WHEN 'day' THEN 2 ELSE 0 END)";

const grains = ({ days, hourlyDays }: Year) => `
  SELECT 'day' AS grain, (now() AT TIME ZONE 'UTC')::date - d AS at, d, 20 AS weight FROM generate_series(0, ${days} - 1) d
  UNION ALL
  SELECT 'hour', date_trunc('hour', now() AT TIME ZONE 'UTC') - h * interval '1 hour', h / 24, 1
  FROM generate_series(0, ${hourlyDays} * 24 - 1) h`;

const templates = ({ templates: count }: Year) => `
  INSERT INTO templates (tenant_id, template_id, id, kind, name, description, status, visibility, current_version, category,
    tags, agents, environments, owner_id, created_at, updated_at, published_at)
  SELECT ${address}, gen_random_uuid(), 'workflow', 'Template ' || t, '', 'active', 'public', '1.2.0', 'cat-' || t % 20,
    '{}', '{}', '{}', 'token:x', now(), now(), now() FROM generate_series(1, ${count}) t;
  SELECT index_templates(array_agg(tenant_id), array_agg(template_id)) FROM templates;
  INSERT INTO template_rating_totals (tenant_id, template_id, is_open, four)
  SELECT ${address}, true, t % 7 FROM generate_series(1, ${count}) t;`;

const rollups = (year: Year) => {
  const every = (more = "") => `generate_series(1, ${year.templates}) t, (${grains(year)}) g${more}, ${places}`;
  return `
  INSERT INTO template_rollups
  SELECT ${address}, grain, at, ${version}, environment, caller, 'acme', false, 9 * weight * ${runs}, weight * ${runs}, 0, 0,
    9000 * weight * ${runs}, 90 * weight * ${runs}, 10 * weight * ${runs}, 900 * weight * ${runs}, 10 * weight * ${runs}, at
  FROM ${every()};
  INSERT INTO template_latencies
  SELECT ${address}, grain, at, ${version}, environment, 'acme', false, 1, 60 + (t + d) % 9 + 4 * b, 3 * weight * ${runs}
  FROM ${every(`, ${several} b`)};
  INSERT INTO template_subjects
  SELECT ${address}, grain, at, ${version}, environment, 'acme', false, decode(md5((d + p) % 30 || ''), 'hex')
  FROM ${every(`, ${several} p`)};
  INSERT INTO template_failures
  SELECT ${address}, grain, at, ${version}, environment, 'acme', false, 'failed', 'step-' || d % 4, 'timeout', weight * ${runs}
  FROM ${every()};`;
};

/** Popularity is added up from the days, as the service does. */
const days = ({ templates: count, days: many }: Year) => `
  INSERT INTO template_days
  SELECT ${address}, (now() AT TIME ZONE 'UTC')::date - d, false, 360 * ${runs}, 40 * ${runs}, 0, 0, 360000 * ${runs},
    3600 * ${runs}, 400 * ${runs}, 36000 * ${runs}, 400 * ${runs}, now(), 1
  FROM generate_series(1, ${count}) t, generate_series(0, ${many} - 1) d;
  INSERT INTO template_popularity (tenant_id, template_id, as_of_day, usage_30d, succeeded_30d, failed_30d, duration_30d,
    tokens_30d, tokens_told_30d, last_run_at, has_sample, popularity, trend, success, cancelled_30d, invalid_30d,
    cost_micros_30d, cost_told_30d, runs_7d, has_sample_7d)
  SELECT 'acme', template_id, today, sum(succeeded + failed), sum(succeeded), sum(failed), sum(duration_ms), sum(tokens),
    sum(tokens_told), now(), false, sum(succeeded), replace(template_id, 'template-', '')::int, 0.5, 0, 0, sum(cost_micros), sum(cost_told),
    sum(succeeded + failed) FILTER (WHERE day > today - 7), false
  FROM (SELECT *, (now() AT TIME ZONE 'UTC')::date AS today FROM template_days) d
  WHERE day > today - 30 GROUP BY template_id, today;`;

/** What is filled is indexed afterwards, which takes a fraction of the time. */
const filled = ["template_rollups", "template_latencies", "template_subjects", "template_failures", "template_days"];

interface Made {
  readonly drop: string;
  readonly make: string;
}

const indexesOf = (database: TestDatabase): Promise<Made[]> =>
  database.query<Made>(
    `SELECT CASE WHEN c.oid IS NULL THEN format('DROP INDEX %s', i.indexrelid::regclass)
                 ELSE format('ALTER TABLE %s DROP CONSTRAINT %I', i.indrelid::regclass, c.conname) END AS drop,
            CASE WHEN c.oid IS NULL THEN pg_get_indexdef(i.indexrelid)
                 ELSE format('ALTER TABLE %s ADD CONSTRAINT %I %s', i.indrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) END AS make
     FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid
     WHERE i.indrelid = ANY (SELECT ('marketplace.' || unnest($1::text[]))::regclass)`,
    [filled],
  );

/** Fills the rollups of a year, behind the service's back. */
export const fillYear = async (database: TestDatabase, year: Year): Promise<void> => {
  const indexes = await indexesOf(database);
  await database.query(`
    ${settings} ${templates(year)}
    ${indexes.map(({ drop }) => drop).join(";")};
    ${rollups(year)} ${days(year)}
    ${indexes.map(({ make }) => make).join(";")}`);
  await database.query("VACUUM ANALYZE");
};

/** Fills the reports of the last week, so many more, behind the service's back; they are taken to be counted. */
export const fillReports = async (database: TestDatabase, year: Year, from: number, to: number): Promise<void> => {
  await database.query(`
    ${settings}
    SELECT make_event_partitions((now() AT TIME ZONE 'UTC')::date - 7, (now() AT TIME ZONE 'UTC')::date);
    INSERT INTO template_events
    SELECT at::date, n / 1000, 'acme', 'run-' || n, 'acme', 'template-' || 1 + n % ${year.templates}, '1.2.0', 'production', 'ci',
      false, 'succeeded', at AT TIME ZONE 'UTC', at AT TIME ZONE 'UTC', decode(md5(n % 300 || ''), 'hex'), 1000, 9, 90, '', '', NULL
    FROM (SELECT n, (now() AT TIME ZONE 'UTC') - n % 604800 * interval '1 second' AS at FROM generate_series(${from}, ${to - 1}) n) r;
    INSERT INTO template_runs SELECT tenant_id, run_id, day FROM template_events WHERE batch_id BETWEEN ${from} / 1000 AND ${to - 1} / 1000`);
  await database.query("VACUUM ANALYZE");
};
