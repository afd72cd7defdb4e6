import { rangeBefore, type UsageRange } from "@nofx/analytics";
import { type Reads, readInTenant, type TenantScope } from "@nofx/db-kit";
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import type { TemplateAddress } from "../templates/address.ts";
import type { UsageRows } from "./template-analytics.rules.ts";

/** Which runs of a template. */
export interface UsageSelection {
  readonly range: UsageRange;
  readonly version?: string | undefined;
  readonly environment?: string | undefined;
  /** Only those of this tenant; the policies say what it may see at all. */
  readonly tenant?: string | undefined;
}

/** What is there, of what was asked for, and up to when everything is counted. */
export interface Found {
  readonly hasTemplate: boolean;
  readonly hasVersion: boolean;
  /** Since when something waits to be counted. */
  readonly waitingSince: Date | null;
}

/** Runs of the time from `since` on. */
export const selected = (
  { tenant: owner, templateId }: TemplateAddress,
  { range, version, environment, tenant }: UsageSelection,
  since: Date = range.from,
): RawBuilder<boolean> => {
  const conditions = [
    sql`template_tenant = ${owner} AND template_id = ${templateId} AND grain = ${range.bucket}`,
    sql`at >= ${since} AND at < ${range.to}`,
    ...(version === undefined ? [] : [sql`version = ${version}`]),
    ...(environment === undefined ? [] : [sql`environment = ${environment}`]),
    // An index holds what others than the template's tenant have run.
    ...(tenant === undefined ? [] : [sql`tenant_id = ${tenant} AND tenant_id <> template_tenant`]),
  ];
  return sql<boolean>`${sql.join(conditions, sql` AND `)}`;
};

/** Since when something waits to be counted, or has not come to this replica of the database. */
export const waitingSince = sql<Date | null>`
  least((SELECT min(accepted_at) FROM usage_batches), CASE
    WHEN pg_is_in_recovery() AND pg_last_wal_receive_lsn() IS DISTINCT FROM pg_last_wal_replay_lsn()
    THEN pg_last_xact_replay_timestamp() END)`;

/** What is known of the question itself. */
export const found = ({ tenant, templateId }: TemplateAddress, versions: readonly string[]) => sql`
  EXISTS (SELECT FROM templates WHERE tenant_id = ${tenant} AND template_id = ${templateId}) AS "hasTemplate",
  (SELECT count(*) FROM template_versions
   WHERE tenant_id = ${tenant} AND template_id = ${templateId} AND version = ANY (${versions}::text[])) = ${new Set(versions).size}::int
    AS "hasVersion",
  ${waitingSince} AS "waitingSince"`;

/** Sums over rows of rollups, by the names that the rules know them by. */
export const sums = sql.raw(`
  sum(succeeded) AS succeeded, sum(failed) AS failed, sum(cancelled) AS cancelled, sum(invalid) AS invalid,
  sum(duration_ms) AS "durationMs", sum(tokens) AS tokens, sum(tokens_told) AS "tokensTold",
  sum(cost_micros) AS "costMicros", sum(cost_told) AS "costTold"`);

const runs = sql.raw("sum(succeeded + failed + cancelled + invalid)");
const atMs = sql.raw("(extract(epoch FROM at) * 1000)::bigint AS at");

/** All rows of a query as one value. */
export const all = (query: RawBuilder<unknown>) =>
  sql`(SELECT coalesce(json_agg(row_to_json(rows)), '[]') FROM (${query}) rows)`;

const statement = (address: TemplateAddress, selection: UsageSelection): RawBuilder<UsageRows & Found> => {
  const { range, version } = selection;
  const since = rangeBefore(range).from;
  const isNow = sql`at >= ${range.from}`;
  const now = sql`FROM r WHERE ${isNow}`;
  return sql<UsageRows & Found>`
    WITH r AS MATERIALIZED (SELECT * FROM template_rollups WHERE ${selected(address, selection, since)})
    SELECT ${found(address, version === undefined ? [] : [version])},
      ${all(sql`SELECT ${isNow} AS now, ${sums} FROM r GROUP BY 1`)} AS totals,
      ${all(sql`SELECT ${atMs}, ${sums} ${now} GROUP BY r.at`)} AS series,
      ${all(sql`SELECT version, ${sums} ${now} GROUP BY 1 ORDER BY ${runs} DESC, 1`)} AS versions,
      ${all(sql`SELECT ${atMs}, version, ${runs} AS runs ${now} GROUP BY r.at, version`)} AS adoption,
      ${all(sql`SELECT environment, version, ${sums} ${now} GROUP BY 1, 2 ORDER BY ${runs} DESC, 1, 2`)} AS matrix,
      ${all(sql`SELECT caller_kind AS "callerKind", ${sums} ${now} GROUP BY 1 ORDER BY ${runs} DESC, 1`)} AS callers,
      ${all(sql`SELECT ${atMs}, scheme, bucket, sum(runs) AS runs FROM template_latencies
                WHERE ${selected(address, selection, since)} GROUP BY template_latencies.at, scheme, bucket`)} AS latencies,
      ${all(sql`SELECT now, count(*) AS people FROM (
                  SELECT DISTINCT ${isNow} AS now, subject FROM template_subjects
                  WHERE ${selected(address, selection, since)}) s GROUP BY 1`)} AS people,
      ${all(sql`SELECT outcome, failed_step AS "failedStep", error_class AS "errorClass", sum(runs) AS runs
                FROM template_failures WHERE ${selected(address, selection)}
                GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3`)} AS failures,
      (SELECT coalesce(bool_or(is_sample), false) ${now}) AS "hasSample"`;
};

/** Runs of a template in a time and in the one before it, added up in every way that is shown: one round trip. */
export const findUsage = async (
  db: Reads<DB>,
  scope: TenantScope,
  address: TemplateAddress,
  selection: UsageSelection,
): Promise<UsageRows & Found> => {
  const [row] = await readInTenant(db, scope, (query: Kysely<DB>) => ({
    compile: () => statement(address, selection).compile(query),
  }));
  return row as UsageRows & Found;
};
