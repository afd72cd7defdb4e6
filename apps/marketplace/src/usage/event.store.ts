import { type Database, readInTenant, type TenantScope } from "@nofx/db-kit";
import { type Kysely, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import type { UsageEvent } from "./execution.rules.ts";
import { kindsOf } from "./usage-kinds.rules.ts";

/** What became of a report: refused for what the caller cannot see, else kept, unless its run was reported before. */
export type Kept = "accepted" | "duplicate" | "template_not_found" | "version_not_found";

/** What reports have in common goes once for all of them: most of a report says the same as others of its batch. */
const columnsOf = (events: readonly UsageEvent[]) => {
  const { kinds, places } = kindsOf(events);
  return {
    kinds: sql`
      ${kinds.map(({ day }) => day)}::date[], ${kinds.map(({ templateTenant }) => templateTenant)}::text[],
      ${kinds.map(({ templateId }) => templateId)}::text[], ${kinds.map(({ version }) => version)}::text[],
      ${kinds.map(({ environment }) => environment)}::text[], ${kinds.map(({ callerKind }) => callerKind)}::text[],
      ${kinds.map(({ isSample }) => isSample)}::boolean[], ${kinds.map(({ outcome }) => outcome)}::text[],
      ${kinds.map(({ failedStep }) => failedStep)}::text[], ${kinds.map(({ errorClass }) => errorClass)}::text[]`,
    events: sql`
      ${events.map(({ runId }) => runId)}::text[], ${places}::int[], ${events.map(({ occurredAt }) => occurredAt)}::timestamptz[],
      ${events.map(({ subject }) => subject)}::bytea[], ${events.map(({ durationMs }) => durationMs)}::bigint[],
      ${events.map(({ tokens }) => tokens)}::bigint[], ${events.map(({ costMicros }) => costMicros)}::bigint[],
      ${events.map(({ steps }) => (steps && steps.length > 0 ? JSON.stringify(steps) : null))}::jsonb[]`,
  };
};

/**
 * How many reports there are is not known when this is planned: every `IN` stands where it is looked up in a hash, and not
 * where it could become a join that compares each report with each. Gives what is not accepted.
 */
const statement = (tenant: string, acceptedAt: Date, events: readonly UsageEvent[]) => {
  const columns = columnsOf(events);
  return sql<{ place: number; kept: Kept }>`
    WITH kinds AS MATERIALIZED (
      SELECT * FROM unnest(${columns.kinds}) WITH ORDINALITY AS k (day, template_tenant, template_id, version, environment,
        caller_kind, is_sample, outcome, failed_step, error_class, kind)
    ), known_templates AS MATERIALIZED (
      SELECT t.tenant_id, t.template_id FROM (SELECT DISTINCT template_tenant, template_id FROM kinds) n
      JOIN templates t ON t.tenant_id = n.template_tenant AND t.template_id = n.template_id
    ), known_versions AS MATERIALIZED (
      SELECT v.tenant_id, v.template_id, v.version FROM (SELECT DISTINCT template_tenant, template_id, version FROM kinds) n
      JOIN template_versions v ON v.tenant_id = n.template_tenant AND v.template_id = n.template_id AND v.version = n.version
    ), judged AS MATERIALIZED (
      SELECT *, CASE
        WHEN ((template_tenant, template_id) IN (SELECT tenant_id, template_id FROM known_templates)) IS NOT TRUE
          THEN 'template_not_found'
        WHEN ((template_tenant, template_id, version) IN (SELECT tenant_id, template_id, version FROM known_versions))
          IS NOT TRUE THEN 'version_not_found'
      END AS refused FROM kinds
    ), given AS MATERIALIZED (
      SELECT * FROM unnest(${columns.events}) WITH ORDINALITY AS g (run_id, kind, occurred_at, subject, duration_ms, tokens,
        cost_micros, steps, place)
    ), claims AS MATERIALIZED (
      -- In one order: two batches that share runs wait for each other, and never in a circle.
      SELECT count(*) AS events, min(day) AS first_day, max(day) AS last_day,
             claim_runs(${tenant}, array_agg(run_id), array_agg(day), array_agg(place::int)) AS places
      FROM (SELECT run_id, day, place FROM given JOIN judged USING (kind) WHERE refused IS NULL
            ORDER BY run_id COLLATE "C", place) j
      HAVING count(*) > 0
    ), batch AS (
      INSERT INTO usage_batches (accepted_at, first_day, last_day, events)
      SELECT ${acceptedAt}, first_day, last_day, coalesce(cardinality(places), events) FROM claims
      WHERE coalesce(cardinality(places), events) > 0
      RETURNING id
    ), kept AS (
      INSERT INTO template_events (day, batch_id, tenant_id, run_id, template_tenant, template_id, version, environment,
        caller_kind, is_sample, outcome, occurred_at, accepted_at, subject, duration_ms, tokens, cost_micros, failed_step,
        error_class, steps)
      SELECT day, (SELECT id FROM batch), ${tenant}, run_id, template_tenant, template_id, version, environment,
             caller_kind, is_sample, outcome, occurred_at, ${acceptedAt}, subject, duration_ms, tokens, cost_micros,
             failed_step, error_class, steps
      FROM given JOIN judged USING (kind)
      WHERE refused IS NULL
        AND ((SELECT places FROM claims) IS NULL OR (place IN (SELECT unnest(places) FROM claims)) IS TRUE)
    )
    SELECT place::int, coalesce(refused, 'duplicate') AS kept FROM given JOIN judged USING (kind)
    WHERE refused IS NOT NULL
      OR (SELECT places FROM claims) IS NOT NULL AND (place IN (SELECT unnest(places) FROM claims)) IS NOT TRUE`;
};

/**
 * Keeps reports in one transaction of one statement, and says of each what became of it, in order. When this returns, what
 * is accepted is on disk.
 */
export const keepEvents = async (
  db: Database<DB>,
  scope: TenantScope,
  acceptedAt: Date,
  events: readonly UsageEvent[],
): Promise<Kept[]> => {
  if (events.length === 0) return [];
  const others = await readInTenant(db, scope, (query: Kysely<DB>) => ({
    compile: () => statement(scope.tenantId, acceptedAt, events).compile(query),
  }));
  const kept = events.map((): Kept => "accepted");
  for (const { place, kept: instead } of others) kept[place - 1] = instead;
  return kept;
};
