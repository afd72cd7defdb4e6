import { type RawBuilder, sql } from "kysely";

/** What a fold has taken out of the queue. */
export interface Taken {
  readonly ids: string[];
  readonly first_day: string;
  readonly last_day: string;
  readonly events: number;
  /** When the oldest of it was accepted. */
  readonly accepted_at: Date;
}

/** Whose template, and whose runs of which of its versions: what every rollup by the hour and the day is kept by. */
const place = sql.raw("template_tenant, template_id, at, version, environment, tenant_id, is_sample");
const key = sql.raw("template_tenant, template_id, grain, at, version, environment, tenant_id, is_sample");
const placeInDay = sql.raw(
  "template_tenant, template_id, date_trunc('day', at, 'UTC'), version, environment, tenant_id, is_sample",
);

const countNames = [
  "succeeded",
  "failed",
  "cancelled",
  "invalid",
  "duration_ms",
  "tokens",
  "tokens_told",
  "cost_micros",
  "cost_told",
] as const;
const counted = sql.raw([...countNames, "last_at"].join(", "));
const summed = sql.raw([...countNames.map((name) => `sum(${name})`), "max(last_at)"].join(", "));
const added = sql.raw(
  [
    ...countNames.map((name) => `${name} = r.${name} + excluded.${name}`),
    "last_at = greatest(r.last_at, excluded.last_at)",
  ].join(", "),
);

const counts = sql`
  count(*) FILTER (WHERE outcome = 'succeeded') AS succeeded, count(*) FILTER (WHERE outcome = 'failed') AS failed,
  count(*) FILTER (WHERE outcome = 'cancelled') AS cancelled, count(*) FILTER (WHERE outcome = 'invalid') AS invalid,
  coalesce(sum(duration_ms) FILTER (WHERE outcome = 'succeeded'), 0) AS duration_ms,
  coalesce(sum(tokens), 0) AS tokens, count(tokens) AS tokens_told,
  coalesce(sum(cost_micros), 0) AS cost_micros, count(cost_micros) AS cost_told, max(occurred_at) AS last_at`;

/**
 * In which bucket of scheme 1 durations fall: 0 holds 0 ms, n from 1.1^(n-1) up to below 1.1^n. No whole number up to
 * 30 days is so near to a border that rounding decides.
 */
export const latencyBucket = (durationMs: RawBuilder<unknown>) => sql`
  CASE WHEN ${durationMs} = 0 THEN 0
       ELSE 1 + floor(ln(${durationMs}::double precision) / ln(1.1::double precision)) END::smallint`;

/** The events of the batches, each with its hour. */
export const eventsOf = ({ ids, first_day, last_day }: Taken) => sql`
  SELECT *, date_trunc('hour', occurred_at, 'UTC') AS at FROM template_events
  WHERE batch_id = ANY (${ids}::bigint[]) AND day BETWEEN ${first_day}::date AND ${last_day}::date`;

/** Rollups are added up by the hour first; the day is the sum of these, so no event is looked at for each of the two. */
const rollups = sql`
  rollup_hours AS MATERIALIZED (
    SELECT ${place}, caller_kind, ${counts} FROM given GROUP BY ${place}, caller_kind
  ), rollups AS (
    INSERT INTO template_rollups AS r (grain, ${place}, caller_kind, ${counted})
    SELECT 'hour', ${place}, caller_kind, ${counted} FROM rollup_hours
    UNION ALL
    SELECT 'day', ${placeInDay}, caller_kind, ${summed} FROM rollup_hours GROUP BY ${placeInDay}, caller_kind
    ON CONFLICT (${key}, caller_kind) DO UPDATE SET ${added}
  )`;

const latencies = sql`
  latency_hours AS MATERIALIZED (
    SELECT ${place}, ${latencyBucket(sql.ref("duration_ms"))} AS bucket, count(*) AS runs
    FROM given WHERE outcome = 'succeeded' GROUP BY ${place}, bucket
  ), latencies AS (
    INSERT INTO template_latencies AS r (grain, ${place}, scheme, bucket, runs)
    SELECT 'hour', ${place}, 1, bucket, runs FROM latency_hours
    UNION ALL
    SELECT 'day', ${placeInDay}, 1, bucket, sum(runs) FROM latency_hours GROUP BY ${placeInDay}, bucket
    ON CONFLICT (${key}, scheme, bucket) DO UPDATE SET runs = r.runs + excluded.runs
  )`;

const failures = sql`
  failure_hours AS MATERIALIZED (
    SELECT ${place}, outcome, failed_step, error_class, count(*) AS runs
    FROM given WHERE outcome IN ('failed', 'invalid') GROUP BY ${place}, outcome, failed_step, error_class
  ), failures AS (
    INSERT INTO template_failures AS r (grain, ${place}, outcome, failed_step, error_class, runs)
    SELECT 'hour', ${place}, outcome, failed_step, error_class, runs FROM failure_hours
    UNION ALL
    SELECT 'day', ${placeInDay}, outcome, failed_step, error_class, sum(runs)
    FROM failure_hours GROUP BY ${placeInDay}, outcome, failed_step, error_class
    ON CONFLICT (${key}, outcome, failed_step, error_class) DO UPDATE SET runs = r.runs + excluded.runs
  )`;

const subjects = sql`
  subject_hours AS MATERIALIZED (
    SELECT DISTINCT ${place}, subject FROM given
  ), subjects AS (
    INSERT INTO template_subjects (grain, ${place}, subject)
    SELECT 'hour', ${place}, subject FROM subject_hours
    UNION ALL
    SELECT DISTINCT 'day', ${placeInDay}, subject FROM subject_hours
    ON CONFLICT DO NOTHING
  )`;

const days = (foldId: string) => sql`
  days AS (
    INSERT INTO template_days AS r (template_tenant, template_id, day, is_sample, ${counted}, fold_id)
    SELECT template_tenant, template_id, (at AT TIME ZONE 'UTC')::date, is_sample, ${summed}, ${foldId}::bigint
    FROM rollup_hours GROUP BY 1, 2, 3, 4
    ON CONFLICT (template_tenant, template_id, day, is_sample) DO UPDATE SET ${added}, fold_id = excluded.fold_id
  )`;

/** Samples count for agents of the template's tenant only: others would take them for real. */
const agents = sql`
  INSERT INTO agent_usage_days AS r (agent_tenant, agent_id, version, day, is_sample, succeeded, failed, cancelled,
    invalid, duration_ms, last_at)
  SELECT split_part(s.agent, '/', 1), split_part(s.agent, '/', 2), s.version, e.day, e.is_sample,
         count(*) FILTER (WHERE s.outcome = 'succeeded'), count(*) FILTER (WHERE s.outcome = 'failed'),
         count(*) FILTER (WHERE s.outcome = 'cancelled'), count(*) FILTER (WHERE s.outcome = 'invalid'),
         coalesce(sum(s."durationMs") FILTER (WHERE s.outcome = 'succeeded'), 0), max(e.occurred_at)
  FROM given e
  CROSS JOIN LATERAL jsonb_to_recordset(e.steps) AS s (agent text, version text, outcome text, "durationMs" bigint)
  WHERE e.steps IS NOT NULL AND (NOT e.is_sample OR split_part(s.agent, '/', 1) = e.template_tenant)
  GROUP BY 1, 2, 3, 4, 5
  ON CONFLICT (agent_tenant, agent_id, version, day, is_sample)
  DO UPDATE SET succeeded = r.succeeded + excluded.succeeded, failed = r.failed + excluded.failed,
    cancelled = r.cancelled + excluded.cancelled, invalid = r.invalid + excluded.invalid,
    duration_ms = r.duration_ms + excluded.duration_ms, last_at = greatest(r.last_at, excluded.last_at),
    told = false`;

/** Adds up what a fold has taken, into all rollups: one statement, which reads each event once. */
export const foldStatement = (taken: Taken, foldId: string) => sql`
  WITH given AS MATERIALIZED (${eventsOf(taken)}), ${rollups}, ${latencies}, ${failures}, ${subjects}, ${days(foldId)}
  ${agents}`;
