import type { TestDatabase } from "@nofx/testkit";

const words =
  `review code security audit pull request release notes changelog draft email customer support triage ticket
incident response log alert deploy rollback test coverage dependency upgrade scan licence contract clause invoice finance
report forecast budget cost cloud data quality schema migrate query table warehouse dashboard summary meeting minutes
action digest channel translate language glossary accessibility contrast screen design api endpoint prompt model
agent tool memory vector search rank answer question page onboarding guide employee resume interview plan roadmap`.split(
    /\s+/,
  );

/** Of the number of templates, each tenant has a share that falls with the fourth power, and so have tags, authors and the like. */
const templates = (count: number): string => `
  INSERT INTO categories (category_id, parent_id, name, updated_at)
  SELECT 'cat-' || n, CASE WHEN n > 8 THEN 'cat-' || (n - 1) / 8 END, 'Category ' || n, '2026-01-01' FROM generate_series(1, 72) n;
  SELECT setseed(0.42);
  INSERT INTO templates (tenant_id, template_id, id, kind, name, description, status, visibility, current_version,
    category, tags, agents, environments, owner, license, owner_id, created_at, updated_at, published_at)
  SELECT 't' || among(r[1], 40, 4), 'template-' || n, gen_random_uuid(), CASE WHEN n % 3 = 0 THEN 'prompt' ELSE 'workflow' END,
    initcap(word[among(r[2], cardinality(word), 1.5)]) || ' ' || word[among(r[3], cardinality(word), 1)] || ' ' || n,
    concat_ws(' ', 'Helps to', word[among(r[4], cardinality(word), 1.2)], 'the', word[among(r[5], cardinality(word), 1.2)],
      'and to', word[among(r[6], cardinality(word), 1.2)], 'every', word[among(r[7], cardinality(word), 1.2)], 'by hand.'),
    CASE WHEN n % 50 = 0 THEN 'disabled' WHEN n % 20 = 0 THEN 'deprecated' ELSE 'active' END,
    CASE WHEN n % 2 = 1 THEN 'public' ELSE 'private' END, '1.0.0', 'cat-' || among(r[8], 72, 2),
    ARRAY['tag-' || among(r[9], 3000, 4), 'area-' || among(r[10], 50, 2)],
    ARRAY['agent-' || among(r[11], 2000, 4), 'helper-' || among(r[12], 20, 2)],
    CASE WHEN n % 4 = 0 THEN '{production,staging}'::text[] ELSE '{}' END,
    'team-' || among(r[13], 500, 3), 'license-' || n % 6, 'token:x', at, at, at
  FROM (SELECT n, '2026-01-01'::timestamptz + n * interval '5 minutes' AS at,
               ARRAY(SELECT random() + 0 * n FROM generate_series(1, 13)) AS r,
               string_to_array('${words.join(" ")}', ' ') AS word
        FROM generate_series(1, ${count}) n) s;
  INSERT INTO template_versions (tenant_id, template_id, version, precedence, id, digest, document, published_at, published_by)
  SELECT tenant_id, template_id, current_version, '1', gen_random_uuid(), 'sha256:' || repeat('0', 64), '{}', updated_at, 'x'
  FROM templates;
  INSERT INTO template_test_reports (tenant_id, template_id, version, report, passed, failed, visibility, tested_at, tested_by)
  SELECT tenant_id, template_id, current_version, '{}', 8, 0, CASE WHEN right(template_id, 1) < '8' THEN 'public' ELSE 'private' END,
    updated_at, 'x' FROM templates;
  INSERT INTO template_popularity (tenant_id, template_id, as_of_day, usage_30d, succeeded_30d, failed_30d, duration_30d,
    tokens_30d, tokens_told_30d, last_run_at, has_sample, popularity, trend, success)
  SELECT tenant_id, template_id, current_date, n, n, 0, n, 0, 0, updated_at, false, n, n, 0.9
  FROM (SELECT *, row_number() OVER (ORDER BY template_id) AS n FROM templates) t;
  INSERT INTO template_deployments
  SELECT tenant_id, template_id, 'production', 'slack', true, updated_at, 'x' FROM templates
  WHERE kind = 'prompt' AND right(template_id, 1) IN ('1', '2');`;

const helpers = `
  CREATE FUNCTION pg_temp.among(r float8, total int, skew float8) RETURNS int LANGUAGE sql IMMUTABLE
    RETURN 1 + floor(total * power(r, skew))::int;`;

/**
 * Fills a database with templates, behind the service's back but through the triggers. Indexes of the tables that these
 * keep are made afterwards, which takes a fraction of the time.
 */
export const fill = async (database: TestDatabase, count: number): Promise<void> => {
  const indexes = await database.query<{ name: string; definition: string }>(`
    SELECT indexname AS name, indexdef AS definition FROM pg_indexes
    WHERE schemaname = 'marketplace' AND tablename IN ('template_labels', 'template_search') AND indexname NOT LIKE '%_pkey'`);
  await database.query(`
    SET search_path = marketplace; SET maintenance_work_mem = '256MB'; SET work_mem = '64MB'; SET jit = off;
    ${helpers}
    DROP INDEX ${indexes.map(({ name }) => name).join(", ")};
    ${templates(count).replaceAll("among(", "pg_temp.among(")}
    ${indexes.map(({ definition }) => definition).join(";")}`);
  // Without a visibility map index-only scans would look at the rows all the same.
  await database.query("VACUUM ANALYZE");
};
