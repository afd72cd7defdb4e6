import type { TestDatabase } from "@nofx/testkit";

/** How much there is. Templates with an odd number have ten times the runs of the others, in as many rows. */
export interface Year {
  readonly templates: number;
  /** How many of them have rollups of their own; the others have only their days, which dashboards are read from. */
  readonly detailed: number;
  readonly days: number;
  /** Of the last days, every hour too. */
  readonly hourlyDays: number;
}

const address = "'acme', 'template-' || t";
const runs = "(CASE WHEN t % 2 = 1 THEN 10 ELSE 1 END)";
/** Two environments, each with the version of its time. */
const version = "CASE WHEN d < 60 THEN '1.2.0' WHEN d < 200 THEN '1.1.0' ELSE '1.0.0' END";
const places = "(VALUES ('production', 'ci'), ('staging', 'human')) AS e (environment, caller)";

const grains = ({ days, hourlyDays }: Year) => `
  SELECT 'day' AS grain, (now() AT TIME ZONE 'UTC')::date - d AS at, d, 20 AS weight FROM generate_series(0, ${days} - 1) d
  UNION ALL
  SELECT 'hour', date_trunc('hour', now() AT TIME ZONE 'UTC') - h * interval '1 hour', h / 24, 1
  FROM generate_series(0, ${hourlyDays} * 24 - 1) h`;

/** Fills the rollups of a year, behind the service's back. */
export const fillYear = async (database: TestDatabase, year: Year): Promise<void> => {
  const every = `generate_series(1, ${year.detailed}) t, (${grains(year)}) g, ${places}`;
  await database.query(`
    SET search_path = marketplace; SET jit = off; SET synchronous_commit = off; SET work_mem = '64MB'; SET timezone = 'UTC';
    SET session_replication_role = replica;
    INSERT INTO templates (tenant_id, template_id, id, kind, name, description, status, visibility, current_version, category,
      tags, agents, environments, owner_id, created_at, updated_at, published_at)
    SELECT ${address}, gen_random_uuid(), 'workflow', 'Template ' || t, '', 'active', 'public', '1.2.0', 'cat-' || t % 20,
      '{}', '{}', '{}', 'token:x', now(), now(), now() FROM generate_series(1, ${year.templates}) t;
    SELECT index_templates(array_agg(tenant_id), array_agg(template_id)) FROM templates;
    INSERT INTO template_rating_totals (tenant_id, template_id, is_open, four) SELECT ${address}, true, t % 7 FROM generate_series(1, ${year.templates}) t;
    INSERT INTO template_rollups
    SELECT ${address}, grain, at, ${version}, environment, caller, 'acme', false, 9 * weight * ${runs}, weight * ${runs}, 0, 0,
      9000 * weight * ${runs}, 90 * weight * ${runs}, 10 * weight * ${runs}, 900 * weight * ${runs}, 10 * weight * ${runs}, at
    FROM ${every};
    INSERT INTO template_latencies
    SELECT ${address}, grain, at, ${version}, environment, 'acme', false, 1, 60 + (t + d) % 9 + 4 * b, 3 * weight * ${runs}
    FROM ${every}, generate_series(0, 2) b;
    INSERT INTO template_subjects
    SELECT ${address}, grain, at, ${version}, environment, 'acme', false, decode(md5((d + p) % 30 || ''), 'hex')
    FROM ${every}, generate_series(0, 2) p;
    INSERT INTO template_failures
    SELECT ${address}, grain, at, ${version}, environment, 'acme', false, 'failed', 'step-' || d % 4, 'timeout', weight * ${runs}
    FROM ${every};
    INSERT INTO template_days
    SELECT ${address}, (now() AT TIME ZONE 'UTC')::date - d, false, 360 * ${runs}, 40 * ${runs}, 0, 0, 360000 * ${runs},
      3600 * ${runs}, 400 * ${runs}, 36000 * ${runs}, 400 * ${runs}, now(), 1
    FROM generate_series(1, ${year.templates}) t, generate_series(0, ${year.days} - 1) d;
    INSERT INTO template_popularity
    SELECT ${address}, (now() AT TIME ZONE 'UTC')::date, 1, 1, 0, 1, 1, 1, now(), false, t, t, 0.5
    FROM generate_series(1, ${year.templates}) t;`);
  await database.query("VACUUM ANALYZE");
};
