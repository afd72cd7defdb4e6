import { dashboardLimits } from "@nofx/contract-marketplace";
import type { Database, TenantScope, TenantTransaction } from "@nofx/db-kit";
import { type RawBuilder, sql, type Transaction } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { popularityDays, trendHalfLifeMs } from "./popularity.rules.ts";

/** How many templates one refresh takes at the most. */
export const refreshMax = 500;

/** A service's clock says which day it is, in UTC. */
const dayOf = (now: Date) => sql`${now.toISOString().slice(0, 10)}::date`;

const isTrending = (now: Date) => sql`day > ${dayOf(now)} - ${dashboardLimits.trendingDays}::int`;

/** Of the template that `p` names: what its last 30 days add up to. */
const counted = (now: Date) => sql`
  SELECT coalesce(sum(succeeded + failed + cancelled + invalid), 0)::bigint AS usage, coalesce(sum(succeeded), 0)::bigint AS succeeded,
         coalesce(sum(failed), 0)::bigint AS failed, coalesce(sum(duration_ms), 0)::bigint AS duration,
         coalesce(sum(tokens), 0)::bigint AS tokens, coalesce(sum(tokens_told), 0)::bigint AS tokens_told,
         coalesce(bool_or(is_sample), false) AS has_sample,
         coalesce(sum(cancelled), 0)::bigint AS cancelled, coalesce(sum(invalid), 0)::bigint AS invalid,
         coalesce(sum(cost_micros), 0)::bigint AS cost_micros, coalesce(sum(cost_told), 0)::bigint AS cost_told,
         coalesce(sum(succeeded + failed + cancelled + invalid) FILTER (WHERE ${isTrending(now)}), 0)::bigint AS runs_7d,
         coalesce(bool_or(is_sample) FILTER (WHERE ${isTrending(now)}), false) AS has_sample_7d
  FROM template_days
  WHERE template_tenant = p.tenant_id AND template_id = p.template_id
    AND day BETWEEN ${dayOf(now)} - ${popularityDays - 1}::int AND ${dayOf(now)}`;

/** What is compared: the names of the columns, and their values from `counted`, as `c`. Wilson's lower bound is in floats. */
const compared = {
  columns: sql.raw(
    `as_of_day, usage_30d, succeeded_30d, failed_30d, duration_30d, tokens_30d, tokens_told_30d, has_sample, cancelled_30d,
     invalid_30d, cost_micros_30d, cost_told_30d, runs_7d, has_sample_7d, popularity, success`,
  ),
  values: (now: Date) => sql`
    ${dayOf(now)}, c.usage, c.succeeded, c.failed, c.duration, c.tokens, c.tokens_told, c.has_sample, c.cancelled,
    c.invalid, c.cost_micros, c.cost_told, c.runs_7d, c.has_sample_7d,
    CASE WHEN c.succeeded = 0 THEN 0 ELSE c.usage * (c.succeeded::double precision / (c.succeeded + c.failed)) END,
    CASE WHEN c.succeeded + c.failed = 0 THEN NULL WHEN c.succeeded = 0 THEN 0 ELSE (
      SELECT greatest(0, (s + z * z / (2 * n) - z * sqrt(s * (1 - s) / n + z * z / (4 * n * n))) / (1 + z * z / n))
      FROM (SELECT 1.959963984540054::double precision AS z, (c.succeeded + c.failed)::double precision AS n,
                   c.succeeded::double precision / (c.succeeded + c.failed) AS s) w) END`,
};

/** A time's place, in half-lives. */
const placeOf = (at: RawBuilder<unknown>) =>
  sql`date_part('epoch', ${at}) * 1000 / ${trendHalfLifeMs}::double precision`;

/** Events are of the last days: as far from now, no power of two is too large or too small. */
const news = (events: RawBuilder<unknown>, now: Date) => sql`
  SELECT template_tenant AS tenant_id, template_id, max(occurred_at) AS last_run_at,
         place + ln(sum(power(2::double precision, greatest(${placeOf(sql.ref("occurred_at"))} - place, -1000))))
           / ln(2::double precision) AS trend
  FROM (${events}) e, (SELECT ${placeOf(sql`${now}::timestamptz`)} AS place) n
  GROUP BY template_tenant, template_id, place`;

/**
 * Brings popularity up to date, inside the fold's transaction: of the templates of these events, which must be in
 * `template_days` already. The trend takes the events in, and nothing else has to be read for it.
 */
export const refreshPopularity = async (
  trx: Transaction<DB>,
  events: RawBuilder<unknown>,
  now: Date,
): Promise<void> => {
  await sql`
    INSERT INTO template_popularity AS r (tenant_id, template_id, last_run_at, trend, ${compared.columns})
    SELECT p.tenant_id, p.template_id, p.last_run_at, p.trend, ${compared.values(now)}
    FROM (${news(events, now)}) p CROSS JOIN LATERAL (${counted(now)}) c
    ON CONFLICT (tenant_id, template_id) DO UPDATE SET
      (${compared.columns}) = (SELECT excluded.as_of_day, excluded.usage_30d, excluded.succeeded_30d, excluded.failed_30d,
        excluded.duration_30d, excluded.tokens_30d, excluded.tokens_told_30d, excluded.has_sample, excluded.cancelled_30d,
        excluded.invalid_30d, excluded.cost_micros_30d, excluded.cost_told_30d, excluded.runs_7d, excluded.has_sample_7d,
        excluded.popularity, excluded.success),
      last_run_at = greatest(r.last_run_at, excluded.last_run_at),
      trend = greatest(r.trend, excluded.trend)
        + ln(1 + power(2::double precision, greatest(-abs(r.trend - excluded.trend), -1000))) / ln(2::double precision)`.execute(
    trx,
  );
};

/**
 * Counts a batch of templates anew whose last 30 days are not those of today: days leave without a run that tells. It keeps
 * the fold out meanwhile, which writes the same rows.
 * @returns how many
 */
export const refreshStale = async (db: Database<DB>, now: Date): Promise<number> =>
  db.kysely.transaction().execute(async (trx) => {
    await sql`
      SELECT pg_advisory_xact_lock(hashtextextended('marketplace.usage_fold', 0)), set_config('app.role', 'service', true)`.execute(
      trx,
    );
    const { rows } = await sql`
      UPDATE template_popularity r SET (${compared.columns}) = (SELECT ${compared.values(now)} FROM (${counted(now)}) c)
      FROM (SELECT tenant_id, template_id FROM template_popularity WHERE as_of_day < ${dayOf(now)}
            ORDER BY as_of_day LIMIT ${refreshMax}) p
      WHERE r.tenant_id = p.tenant_id AND r.template_id = p.template_id
      RETURNING 1 AS refreshed`.execute(trx);
    return rows.length;
  });

/**
 * All runs of the template that `p` names, each in the middle of its hour: up to half an hour off, 0.5 % of a run's worth.
 * Where hours are not kept any more, in the middle of its day.
 */
const remembered = sql`
  SELECT max(last_at) AS last_run_at,
         top + ln(sum(runs * power(2::double precision, greatest(place - top, -1000)))) / ln(2::double precision) AS trend
  FROM (
    SELECT *, max(place) OVER () AS top FROM (
      SELECT last_at, succeeded + failed + cancelled + invalid AS runs,
             extract(epoch FROM at + CASE grain WHEN 'hour' THEN interval '30 minutes' ELSE interval '12 hours' END)
               ::double precision * 1000 / ${trendHalfLifeMs}::double precision AS place
      FROM template_rollups
      WHERE template_tenant = p.tenant_id AND template_id = p.template_id AND (grain = 'hour' OR grain = 'day' AND at < coalesce((
        SELECT date_trunc('day', min(at), 'UTC') FROM template_rollups
        WHERE template_tenant = p.tenant_id AND template_id = p.template_id AND grain = 'hour'), 'infinity'))) placed) topped
  GROUP BY top`;

/** As whom the rest of a transaction works. */
const workAs = async (trx: Transaction<DB>, role: TenantScope["role"]): Promise<void> => {
  await sql`SELECT set_config('app.role', ${role}, true)`.execute(trx);
};

/**
 * Counts templates anew from the rollups that are left, inside the transaction that has removed some: the trend cannot
 * forget single runs. The transaction keeps the fold out. Runs are counted whoever's they are.
 */
export const recountPopularity = async (
  trx: TenantTransaction<DB>,
  { role }: TenantScope,
  templates: readonly TemplateAddress[],
  now: Date,
): Promise<void> => {
  await workAs(trx, "service");
  const named = sql`unnest(${templates.map(({ tenant }) => tenant)}::text[],
    ${templates.map(({ templateId }) => templateId)}::text[]) AS p (tenant_id, template_id)`;
  await sql`
    DELETE FROM template_popularity r USING ${named}
    WHERE r.tenant_id = p.tenant_id AND r.template_id = p.template_id`.execute(trx);
  await sql`
    INSERT INTO template_popularity (tenant_id, template_id, last_run_at, trend, ${compared.columns})
    SELECT p.tenant_id, p.template_id, h.last_run_at, h.trend, ${compared.values(now)}
    FROM ${named} CROSS JOIN LATERAL (${remembered}) h CROSS JOIN LATERAL (${counted(now)}) c`.execute(trx);
  await workAs(trx, role);
};
