import type { Database } from "@nofx/db-kit";
import { sql, type Transaction } from "kysely";
import { refreshPopularity } from "../analytics/popularity.store.ts";
import type { DB } from "../db/schema.gen.ts";

/** How much one fold takes at the most. */
export const foldMax = { batches: 2_000, events: 50_000 } as const;

/** What a fold has taken. */
export interface Folded {
  readonly foldId: string;
  readonly batches: number;
  readonly events: number;
}

interface Taken {
  readonly ids: string[];
  readonly first_day: string;
  readonly last_day: string;
  readonly events: number;
}

/** Takes batches out of the queue, the oldest first. */
const take = async (trx: Transaction<DB>): Promise<Taken | undefined> => {
  const { rows } = await sql<Taken & { readonly ids: string[] | null }>`
    WITH oldest AS (
      SELECT id, sum(events) OVER (ORDER BY id) - events AS before FROM (
        SELECT id, events FROM usage_batches ORDER BY id LIMIT ${foldMax.batches}) b
    ), taken AS (
      DELETE FROM usage_batches WHERE id IN (SELECT id FROM oldest WHERE before < ${foldMax.events}) RETURNING *
    )
    SELECT array_agg(id) AS ids, min(first_day)::text AS first_day, max(last_day)::text AS last_day,
           coalesce(sum(events), 0)::int AS events FROM taken`.execute(trx);
  const [taken] = rows;
  return taken?.ids ? taken : undefined;
};

const eventsOf = ({ ids, first_day, last_day }: Taken) => sql`
  SELECT * FROM template_events
  WHERE batch_id = ANY (${ids}::bigint[]) AND day BETWEEN ${first_day}::date AND ${last_day}::date`;

/** Each event once for its hour and once for its day. */
const grained = (taken: Taken) => sql`
  SELECT e.*, g.grain, date_trunc(g.grain, e.occurred_at, 'UTC') AS at
  FROM (${eventsOf(taken)}) e CROSS JOIN (VALUES ('hour'), ('day')) AS g (grain)`;

const counts = sql`
  count(*) FILTER (WHERE outcome = 'succeeded') AS succeeded, count(*) FILTER (WHERE outcome = 'failed') AS failed,
  count(*) FILTER (WHERE outcome = 'cancelled') AS cancelled, count(*) FILTER (WHERE outcome = 'invalid') AS invalid,
  coalesce(sum(duration_ms) FILTER (WHERE outcome = 'succeeded'), 0) AS duration_ms,
  coalesce(sum(tokens), 0) AS tokens, count(tokens) AS tokens_told,
  coalesce(sum(cost_micros), 0) AS cost_micros, count(cost_micros) AS cost_told, max(occurred_at) AS last_at`;

const added = sql.raw(`
  succeeded = r.succeeded + excluded.succeeded, failed = r.failed + excluded.failed,
  cancelled = r.cancelled + excluded.cancelled, invalid = r.invalid + excluded.invalid,
  duration_ms = r.duration_ms + excluded.duration_ms, tokens = r.tokens + excluded.tokens,
  tokens_told = r.tokens_told + excluded.tokens_told, cost_micros = r.cost_micros + excluded.cost_micros,
  cost_told = r.cost_told + excluded.cost_told, last_at = greatest(r.last_at, excluded.last_at)`);

const countedColumns = sql.raw(
  "succeeded, failed, cancelled, invalid, duration_ms, tokens, tokens_told, cost_micros, cost_told, last_at",
);

const foldRollups = (trx: Transaction<DB>, taken: Taken) =>
  sql`
    INSERT INTO template_rollups AS r (template_tenant, template_id, grain, at, version, environment, caller_kind,
      tenant_id, is_sample, ${countedColumns})
    SELECT template_tenant, template_id, grain, at, version, environment, caller_kind, tenant_id, is_sample, ${counts}
    FROM (${grained(taken)}) e GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
    ON CONFLICT (template_tenant, template_id, grain, at, version, environment, caller_kind, tenant_id, is_sample)
    DO UPDATE SET ${added}`.execute(trx);

/** Scheme 1: bucket 0 holds 0 ms, bucket n from 1.1^(n-1) up to below 1.1^n. */
const foldLatencies = (trx: Transaction<DB>, taken: Taken) =>
  sql`
    INSERT INTO template_latencies AS r (template_tenant, template_id, grain, at, version, environment, tenant_id,
      is_sample, scheme, bucket, runs)
    SELECT template_tenant, template_id, grain, at, version, environment, tenant_id, is_sample, 1,
           CASE WHEN duration_ms = 0 THEN 0 ELSE 1 + floor(ln(duration_ms::double precision) / ln(1.1::double precision)) END::smallint,
           count(*)
    FROM (${grained(taken)}) e WHERE outcome = 'succeeded' GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
    ON CONFLICT (template_tenant, template_id, grain, at, version, environment, tenant_id, is_sample, scheme, bucket)
    DO UPDATE SET runs = r.runs + excluded.runs`.execute(trx);

const foldFailures = (trx: Transaction<DB>, taken: Taken) =>
  sql`
    INSERT INTO template_failures AS r (template_tenant, template_id, grain, at, version, environment, tenant_id,
      is_sample, outcome, failed_step, error_class, runs)
    SELECT template_tenant, template_id, grain, at, version, environment, tenant_id, is_sample, outcome, failed_step,
           error_class, count(*)
    FROM (${grained(taken)}) e WHERE outcome IN ('failed', 'invalid') GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    ON CONFLICT (template_tenant, template_id, grain, at, version, environment, tenant_id, is_sample, outcome, failed_step,
      error_class)
    DO UPDATE SET runs = r.runs + excluded.runs`.execute(trx);

const foldSubjects = (trx: Transaction<DB>, taken: Taken) =>
  sql`
    INSERT INTO template_subjects (template_tenant, template_id, grain, at, version, environment, tenant_id, is_sample, subject)
    SELECT DISTINCT template_tenant, template_id, grain, at, version, environment, tenant_id, is_sample, subject
    FROM (${grained(taken)}) e
    ON CONFLICT DO NOTHING`.execute(trx);

const foldDays = (trx: Transaction<DB>, taken: Taken, foldId: string) =>
  sql`
    INSERT INTO template_days AS r (template_tenant, template_id, day, is_sample, ${countedColumns}, fold_id)
    SELECT template_tenant, template_id, day, is_sample, ${counts}, ${foldId}::bigint
    FROM (${eventsOf(taken)}) e GROUP BY 1, 2, 3, 4
    ON CONFLICT (template_tenant, template_id, day, is_sample)
    DO UPDATE SET ${added}, fold_id = excluded.fold_id`.execute(trx);

/** Samples count for agents of the template's tenant only: others would take them for real. */
const foldAgents = (trx: Transaction<DB>, taken: Taken) =>
  sql`
    INSERT INTO agent_usage_days AS r (agent_tenant, agent_id, version, day, is_sample, succeeded, failed, cancelled,
      invalid, duration_ms, last_at)
    SELECT split_part(s.agent, '/', 1), split_part(s.agent, '/', 2), s.version, e.day, e.is_sample,
           count(*) FILTER (WHERE s.outcome = 'succeeded'), count(*) FILTER (WHERE s.outcome = 'failed'),
           count(*) FILTER (WHERE s.outcome = 'cancelled'), count(*) FILTER (WHERE s.outcome = 'invalid'),
           coalesce(sum(s."durationMs") FILTER (WHERE s.outcome = 'succeeded'), 0), max(e.occurred_at)
    FROM (${eventsOf(taken)}) e
    CROSS JOIN LATERAL jsonb_to_recordset(e.steps) AS s (agent text, version text, outcome text, "durationMs" bigint)
    WHERE NOT e.is_sample OR split_part(s.agent, '/', 1) = e.template_tenant
    GROUP BY 1, 2, 3, 4, 5
    ON CONFLICT (agent_tenant, agent_id, version, day, is_sample)
    DO UPDATE SET succeeded = r.succeeded + excluded.succeeded, failed = r.failed + excluded.failed,
      cancelled = r.cancelled + excluded.cancelled, invalid = r.invalid + excluded.invalid,
      duration_ms = r.duration_ms + excluded.duration_ms, last_at = greatest(r.last_at, excluded.last_at),
      told = false`.execute(trx);

/** Name of the channel on which folds are announced: the payload is the fold's id. */
export const usageChannel = "marketplace_usage";

/**
 * Folds what has been reported since the last fold, up to a limit, in one transaction: either everything that it takes
 * from the queue is in the rollups, or nothing is. Any number may run; one works at a time.
 * @returns undefined if there is nothing to do, or another one is at work.
 */
export const foldBatches = async (db: Database<DB>, now: Date): Promise<Folded | undefined> =>
  db.kysely.transaction().execute(async (trx) => {
    const { rows } = await sql<{ mine: boolean }>`
      SELECT pg_try_advisory_xact_lock(hashtextextended('marketplace.usage_fold', 0)) AS mine,
             set_config('app.role', 'service', true)`.execute(trx);
    if (!rows[0]?.mine) return undefined;
    const taken = await take(trx);
    if (!taken) return undefined;
    const fold = await sql<{ fold_id: string }>`
      UPDATE usage_fold SET fold_id = fold_id + 1, folded_at = ${now} RETURNING fold_id`.execute(trx);
    const foldId = fold.rows[0]?.fold_id ?? "0";
    await foldRollups(trx, taken);
    await foldLatencies(trx, taken);
    await foldFailures(trx, taken);
    await foldSubjects(trx, taken);
    await foldDays(trx, taken, foldId);
    await refreshPopularity(trx, eventsOf(taken), now);
    await foldAgents(trx, taken);
    await sql`SELECT pg_notify(${usageChannel}, ${foldId})`.execute(trx);
    return { foldId, batches: taken.ids.length, events: taken.events };
  });
