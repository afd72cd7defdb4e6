import { type Database, readInTenant, type TenantScope } from "@nofx/db-kit";
import { type Kysely, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import type { UsageEvent } from "./execution.rules.ts";

/** What became of a report: refused for what the caller cannot see, else kept, unless its run was reported before. */
export type Kept = "accepted" | "duplicate" | "template_not_found" | "version_not_found";

const columnsOf = (events: readonly UsageEvent[]) => ({
  days: events.map(({ day }) => day),
  runs: events.map(({ runId }) => runId),
  templateTenants: events.map(({ templateTenant }) => templateTenant),
  templates: events.map(({ templateId }) => templateId),
  versions: events.map(({ version }) => version),
  environments: events.map(({ environment }) => environment),
  callers: events.map(({ callerKind }) => callerKind),
  samples: events.map(({ isSample }) => isSample),
  outcomes: events.map(({ outcome }) => outcome),
  // As texts: the driver writes times in the process's own zone, which takes several times as long.
  times: events.map(({ occurredAt }) => occurredAt.toISOString()),
  subjects: events.map(({ subject }) => subject),
  durations: events.map(({ durationMs }) => durationMs),
  tokens: events.map(({ tokens }) => tokens),
  costs: events.map(({ costMicros }) => costMicros),
  failedSteps: events.map(({ failedStep }) => failedStep),
  errorClasses: events.map(({ errorClass }) => errorClass),
  steps: events.map(({ steps }) => (steps && steps.length > 0 ? JSON.stringify(steps) : null)),
});

/**
 * How many reports there are is not known when this is planned: every `IN` stands where it is looked up in a hash, and not
 * where it could become a join that compares each report with each.
 */
const statement = (tenant: string, acceptedAt: Date, events: readonly UsageEvent[]) => {
  const c = columnsOf(events);
  return sql<{ kept: Kept }>`
    WITH given AS (
      SELECT * FROM unnest(
        ${c.days}::date[], ${c.runs}::text[], ${c.templateTenants}::text[], ${c.templates}::text[],
        ${c.versions}::text[], ${c.environments}::text[], ${c.callers}::text[], ${c.samples}::boolean[],
        ${c.outcomes}::text[], ${c.times}::timestamptz[], ${c.subjects}::bytea[], ${c.durations}::bigint[],
        ${c.tokens}::bigint[], ${c.costs}::bigint[], ${c.failedSteps}::text[], ${c.errorClasses}::text[],
        ${c.steps}::jsonb[]
      ) WITH ORDINALITY AS g (day, run_id, template_tenant, template_id, version, environment, caller_kind, is_sample,
        outcome, occurred_at, subject, duration_ms, tokens, cost_micros, failed_step, error_class, steps, place)
    ), known_templates AS MATERIALIZED (
      SELECT t.tenant_id, t.template_id FROM (SELECT DISTINCT template_tenant, template_id FROM given) n
      JOIN templates t ON t.tenant_id = n.template_tenant AND t.template_id = n.template_id
    ), known_versions AS MATERIALIZED (
      SELECT v.tenant_id, v.template_id, v.version FROM (SELECT DISTINCT template_tenant, template_id, version FROM given) n
      JOIN template_versions v ON v.tenant_id = n.template_tenant AND v.template_id = n.template_id AND v.version = n.version
    ), judged AS MATERIALIZED (
      SELECT *, row_number() OVER (PARTITION BY run_id, refused IS NULL ORDER BY place) = 1 AS is_first FROM (
        SELECT *, CASE
          WHEN ((template_tenant, template_id) IN (SELECT tenant_id, template_id FROM known_templates)) IS NOT TRUE
            THEN 'template_not_found'
          WHEN ((template_tenant, template_id, version) IN (SELECT tenant_id, template_id, version FROM known_versions))
            IS NOT TRUE THEN 'version_not_found'
        END AS refused FROM given) g
    ), claimed AS (
      -- In one order: two batches that share runs wait for each other, and never in a circle.
      INSERT INTO template_runs (tenant_id, run_id, day)
      SELECT ${tenant}, run_id, day FROM judged WHERE refused IS NULL AND is_first ORDER BY run_id COLLATE "C"
      ON CONFLICT DO NOTHING
      RETURNING run_id, day
    ), batch AS (
      INSERT INTO usage_batches (accepted_at, first_day, last_day, events)
      SELECT ${acceptedAt}, min(day), max(day), count(*) FROM claimed HAVING count(*) > 0
      RETURNING id
    ), kept AS (
      INSERT INTO template_events (day, batch_id, tenant_id, run_id, template_tenant, template_id, version, environment,
        caller_kind, is_sample, outcome, occurred_at, accepted_at, subject, duration_ms, tokens, cost_micros, failed_step,
        error_class, steps)
      SELECT day, (SELECT id FROM batch), ${tenant}, run_id, template_tenant, template_id, version, environment,
             caller_kind, is_sample, outcome, occurred_at, ${acceptedAt}, subject, duration_ms, tokens, cost_micros,
             failed_step, error_class, steps
      FROM judged WHERE refused IS NULL AND is_first AND (run_id IN (SELECT run_id FROM claimed)) IS TRUE
    )
    SELECT coalesce(refused, CASE WHEN is_first AND run_id IN (SELECT run_id FROM claimed) THEN 'accepted' ELSE 'duplicate' END) AS kept
    FROM judged ORDER BY place`;
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
  const rows = await readInTenant(db, scope, (query: Kysely<DB>) => ({
    compile: () => statement(scope.tenantId, acceptedAt, events).compile(query),
  }));
  return rows.map(({ kept }) => kept);
};
