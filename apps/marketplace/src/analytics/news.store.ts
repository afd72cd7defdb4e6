import type { UsageNews } from "@nofx/contract-marketplace";
import { type Database, readInTenant, type TenantScope } from "@nofx/db-kit";
import { type Kysely, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import { all } from "./template-analytics.store.ts";

/** How much one look takes. */
const newsMax = { templates: 1_000, folds: 10_000 } as const;

/** What folds behind a place have changed. */
export interface News {
  /** The last fold that was looked at. */
  readonly place: string;
  readonly waitingSince: Date | null;
  readonly complete: boolean;
  readonly templates: UsageNews["templates"];
}

/** What folds have changed that the caller may read, behind a place; without one, nothing, from now on. */
export const findNews = async (
  db: Database<DB>,
  scope: TenantScope,
  after: string | undefined,
  now: Date,
): Promise<News> => {
  const day = sql`${now.toISOString().slice(0, 10)}::date`;
  const [row] = await readInTenant(db, scope, (query: Kysely<DB>) => ({
    compile: () =>
      sql<News & { readonly skipped: boolean }>`
        WITH head AS MATERIALIZED (SELECT fold_id FROM usage_fold),
        touched AS MATERIALIZED (
          SELECT DISTINCT template_tenant, template_id FROM (
            SELECT template_tenant, template_id FROM template_days
            WHERE fold_id > (SELECT greatest(coalesce(${after ?? null}::bigint, fold_id), fold_id - ${newsMax.folds}::bigint) FROM head)
            ORDER BY fold_id DESC LIMIT ${newsMax.templates + 1}) d)
        SELECT (SELECT fold_id FROM head)::text AS place, (SELECT min(accepted_at) FROM usage_batches) AS "waitingSince",
          (SELECT coalesce(${after ?? null}::bigint, fold_id) < fold_id - ${newsMax.folds}::bigint FROM head) AS skipped,
          ${all(sql`
            SELECT template_tenant AS tenant, template_id AS "templateId", json_build_object('runs', s + f + c + i,
                   'succeeded', s, 'failed', f, 'cancelled', c, 'invalid', i) AS today
            FROM touched t, LATERAL (
              SELECT coalesce(sum(succeeded), 0) AS s, coalesce(sum(failed), 0) AS f, coalesce(sum(cancelled), 0) AS c,
                     coalesce(sum(invalid), 0) AS i FROM template_days
              WHERE template_tenant = t.template_tenant AND template_id = t.template_id AND day = ${day}) d
            ORDER BY 1, 2`)} AS templates`.compile(query),
  }));
  const { skipped, ...news } = row as News & { skipped: boolean };
  return { ...news, complete: !skipped && news.templates.length <= newsMax.templates };
};
