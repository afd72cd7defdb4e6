import { type RawBuilder, sql } from "kysely";
import { type Making, moment, ownOnly, type ReportSource } from "./making.store.ts";

const about = sql`'tenant', tenant_id, 'id', id, 'name', name, 'currentVersion', current_version, 'runs30d', runs_30d`;

/** Templates by a rank; disabled ones are nobody's concern. */
const templates = (
  making: Making,
  parts: {
    readonly rank: RawBuilder<unknown>;
    readonly where: RawBuilder<unknown>;
    readonly more: RawBuilder<unknown>;
  },
) => sql`
  SELECT (${parts.rank})::float8 AS rank, concat_ws('/', tenant_id, id) AS key,
    json_strip_nulls(json_build_object(${about}, ${parts.more})) AS row
  FROM reported_resources r
  WHERE type = 'template' AND status <> 'disabled' AND ${ownOnly(making)} AND ${parts.where}`;

const updated = sql`'updatedAt', ${moment(sql`changed_at`)}`;
const byUse = sql`-runs_30d`;

export const untestedTemplates: ReportSource = (making) =>
  templates(making, { rank: byUse, where: sql`NOT is_tested`, more: updated });

export const unratedTemplates: ReportSource = (making) =>
  templates(making, { rank: byUse, where: sql`rating_count = 0`, more: updated });

export const slowestTemplates: ReportSource = (making) =>
  templates(making, {
    rank: sql`-mean_ms`,
    where: sql`mean_ms IS NOT NULL AND runs_30d >= ${making.parameters.minRuns}::bigint`,
    more: sql`'meanMs', mean_ms, 'success', success`,
  });

export const leastReliableTemplates: ReportSource = (making) =>
  templates(making, {
    rank: sql`success`,
    where: sql`success IS NOT NULL AND runs_30d >= ${making.parameters.minRuns}::bigint`,
    more: sql`'success', success, 'succeeded30d', succeeded_30d, 'meanMs', mean_ms`,
  });
