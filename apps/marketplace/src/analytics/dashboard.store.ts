import type { UsageRange } from "@nofx/analytics";
import { analyticsLimits, dashboardLimits } from "@nofx/contract-marketplace";
import { type Reads, readInTenant, type TenantScope } from "@nofx/db-kit";
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import type { DashboardRows, UsedTemplate } from "./dashboard.rules.ts";
import { all, waitingSince } from "./template-analytics.store.ts";

/** Runs of which templates, when. */
export interface DashboardSelection {
  readonly range: UsageRange;
  readonly isOwn: boolean;
  readonly now: Date;
}

const day = (at: Date) => sql`${at.toISOString().slice(0, 10)}::date`;

const used = ({ range, isOwn }: DashboardSelection) => sql`
  SELECT *, succeeded + failed + cancelled + invalid AS runs
  FROM used_templates(${day(range.from)}, ${day(range.to)} - 1, ${isOwn})`;

const shown = sql.raw(`
  tenant_id AS tenant, template_id AS "templateId", name, category, is_own AS "isOwn", has_sample AS "hasSample", succeeded,
  failed, cancelled, invalid, tokens, tokens_told AS "tokensTold", cost_micros AS "costMicros", cost_told AS "costTold"`);

const sums = sql.raw(`
  count(*) AS templates, coalesce(sum(succeeded), 0) AS succeeded, coalesce(sum(failed), 0) AS failed,
  coalesce(sum(cancelled), 0) AS cancelled, coalesce(sum(invalid), 0) AS invalid, coalesce(sum(tokens), 0) AS tokens,
  coalesce(sum(tokens_told), 0) AS "tokensTold", coalesce(sum(cost_micros), 0) AS "costMicros",
  coalesce(sum(cost_told), 0) AS "costTold"`);

const inOrder = sql.raw("ORDER BY runs DESC, tenant_id, template_id");

const statement = (selection: DashboardSelection): RawBuilder<DashboardRows & { waitingSince: Date | null }> => {
  const { isOwn, now } = selection;
  const { templates, categories, trendingDays, trendingRunsMin } = dashboardLimits;
  const mine = isOwn ? sql`WHERE tenant_id = (SELECT current_setting('app.tenant_id', true))` : sql``;
  return sql`
    WITH u AS MATERIALIZED (${used(selection)})
    SELECT ${waitingSince} AS "waitingSince",
      ${all(sql`SELECT ${sums}, coalesce(bool_or(has_sample), false) AS "hasSample" FROM u`)} AS totals,
      ${all(sql`SELECT ${shown} FROM u ${inOrder} LIMIT ${templates}`)} AS top,
      ${all(sql`SELECT category, ${sums} FROM u GROUP BY 1 ORDER BY sum(runs) DESC, 1 LIMIT ${categories}`)} AS categories,
      ${all(sql`SELECT tenant_id AS tenant, template_id AS "templateId", name, trend, runs, has_sample AS "hasSample"
                FROM trending_templates(${day(now)} - ${trendingDays - 1}::int, ${trendingRunsMin}, ${isOwn}, ${templates})`)}
        AS trending,
      ${all(sql`SELECT ARRAY[coalesce(sum(one), 0), coalesce(sum(two), 0), coalesce(sum(three), 0), coalesce(sum(four), 0),
                             coalesce(sum(five), 0)] AS stars FROM template_rating_totals ${mine}`)} AS ratings`;
};

/** Runs of many templates, added up in every way that is shown: one round trip. */
export const findDashboard = async (
  db: Reads<DB>,
  scope: TenantScope,
  selection: DashboardSelection,
): Promise<DashboardRows & { readonly waitingSince: Date | null }> => {
  const [row] = await readInTenant(db, scope, (query: Kysely<DB>) => ({
    compile: () => statement(selection).compile(query),
  }));
  return row as DashboardRows & { waitingSince: Date | null };
};

/** Every template that was run, the most frequent first. */
export const listUsedTemplates = async (
  db: Reads<DB>,
  scope: TenantScope,
  selection: DashboardSelection,
): Promise<UsedTemplate[]> => {
  const [row] = await readInTenant(db, scope, (query: Kysely<DB>) => ({
    compile: () =>
      sql<{ templates: UsedTemplate[] }>`
        SELECT ${all(sql`SELECT ${shown} FROM (${used(selection)}) u ${inOrder} LIMIT ${analyticsLimits.csvRows + 1}`)}
          AS templates`.compile(query),
  }));
  return row?.templates ?? [];
};
