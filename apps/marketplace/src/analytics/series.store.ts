import { analyticsLimits } from "@nofx/contract-marketplace";
import { type Reads, readInTenant, type TenantScope } from "@nofx/db-kit";
import { type Kysely, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import type { TemplateAddress } from "../templates/address.ts";
import type { SeriesRow } from "./csv.ts";
import { all, type Found, found, selected, sums, type UsageSelection } from "./template-analytics.store.ts";

/** Runs of a template by hour or day, version and environment: one round trip. */
export const findSeries = async (
  db: Reads<DB>,
  scope: TenantScope,
  address: TemplateAddress,
  selection: UsageSelection,
): Promise<Found & { readonly rows: readonly SeriesRow[] }> => {
  const { version } = selection;
  const these = selected(address, selection);
  const [row] = await readInTenant(db, scope, (query: Kysely<DB>) => ({
    compile: () =>
      sql<Found & { rows: SeriesRow[] }>`
        SELECT ${found(address, version === undefined ? [] : [version])}, ${all(sql`
          SELECT r.*, (extract(epoch FROM r.start) * 1000)::bigint AS at, coalesce(l.latencies, '[]') AS latencies
          FROM (SELECT at AS start, version, environment, bool_or(is_sample) AS "hasSample", ${sums} FROM template_rollups
                WHERE ${these} GROUP BY 1, 2, 3 LIMIT ${analyticsLimits.csvRows + 1}) r
          LEFT JOIN (
            SELECT at AS start, version, environment, json_agg(json_build_object('scheme', scheme, 'bucket', bucket, 'runs', runs)) AS latencies
            FROM template_latencies WHERE ${these} GROUP BY 1, 2, 3) l USING (start, version, environment)
          ORDER BY start, version, environment`)} AS rows`.compile(query),
  }));
  return row as Found & { rows: SeriesRow[] };
};
