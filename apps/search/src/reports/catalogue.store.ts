import { type RawBuilder, sql } from "kysely";
import { type Making, moment, ownOnly } from "./making.store.ts";

const start = (bucket: string, at: RawBuilder<unknown>) => sql`date_trunc(${bucket}, ${at} AT TIME ZONE 'UTC')`;

/** What is new, and all there is, by day, week or month. A bucket counts as a whole, also the first one. */
export const catalogueGrowth = (making: Making) => {
  const { from, to, bucket } = making.parameters;
  return sql`
    WITH created AS (
      SELECT type, ${start(bucket, sql`created_at`)} AS start, count(*) AS n FROM reported_resources r
      WHERE ${ownOnly(making)} GROUP BY 1, 2
    ), published AS (
      SELECT type, ${start(bucket, sql`published_at`)} AS start, count(*) AS n FROM reported_versions r
      WHERE ${ownOnly(making)} GROUP BY 1, 2
    ), buckets AS (
      SELECT generate_series(${start(bucket, sql`${from}::timestamptz`)}, ${to}::timestamptz AT TIME ZONE 'UTC' - interval '1 ms',
        ('1 ' || ${bucket})::interval) AS start
    )
    SELECT extract(epoch FROM b.start)::float8 AS rank, t.type AS key, json_build_object(
      'from', to_char(b.start, 'YYYY-MM-DD'), 'type', t.type,
      'created', coalesce((SELECT n FROM created c WHERE c.type = t.type AND c.start = b.start), 0),
      'versions', coalesce((SELECT n FROM published p WHERE p.type = t.type AND p.start = b.start), 0),
      'total', coalesce((SELECT sum(n) FROM created c WHERE c.type = t.type AND c.start <= b.start), 0)) AS row
    FROM buckets b CROSS JOIN (VALUES ('agent'), ('template')) AS t (type)`;
};

/** Who published how much. */
export const publishers = (making: Making) => sql`
  SELECT -count(*)::float8 AS rank, concat_ws(' ', tenant_id, published_by) AS key, json_build_object(
    'tenant', tenant_id, 'publisher', published_by,
    'agents', count(DISTINCT id) FILTER (WHERE type = 'agent'),
    'templates', count(DISTINCT id) FILTER (WHERE type = 'template'),
    'versions', count(*), 'lastPublishedAt', ${moment(sql`max(published_at)`)}) AS row
  FROM reported_versions r
  WHERE ${ownOnly(making)} AND published_at >= ${making.parameters.from} AND published_at < ${making.parameters.to}
  GROUP BY tenant_id, published_by`;
