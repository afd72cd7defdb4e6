import { type Reads, readInTenant, type TenantScope } from "@nofx/db-kit";
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import type { TemplateAddress } from "../templates/address.ts";
import type { ComparedRows } from "./compared-versions.rules.ts";
import { all, type Found, found, selected, sums, type UsageSelection } from "./template-analytics.store.ts";

const statement = (
  address: TemplateAddress,
  selection: UsageSelection,
  versions: readonly string[],
): RawBuilder<ComparedRows & Found> => {
  const these = sql`${selected(address, selection)} AND version = ANY (${versions}::text[])`;
  return sql<ComparedRows & Found>`
    SELECT ${found(address, versions)},
      ${all(sql`SELECT version, ${sums}, min(at) AS "firstAt", bool_or(is_sample) AS "hasSample"
                FROM template_rollups WHERE ${these} GROUP BY 1`)} AS totals,
      ${all(sql`SELECT version, scheme, bucket, sum(runs) AS runs FROM template_latencies WHERE ${these} GROUP BY 1, 2, 3`)}
        AS latencies,
      ${all(sql`SELECT version, count(*) AS people FROM (
                  SELECT DISTINCT version, subject FROM template_subjects WHERE ${these}) s GROUP BY 1`)} AS people`;
};

/** Runs of two versions in the same time, added up: one round trip. */
export const findCompared = async (
  db: Reads<DB>,
  scope: TenantScope,
  address: TemplateAddress,
  selection: UsageSelection,
  versions: readonly string[],
): Promise<ComparedRows & Found> => {
  const [row] = await readInTenant(db, scope, (query: Kysely<DB>) => ({
    compile: () => statement(address, selection, versions).compile(query),
  }));
  return row as ComparedRows & Found;
};
