import type { ReportName, ReportRow } from "@nofx/contract-search";
import { type Reads, readInTenant, type TenantScope } from "@nofx/db-kit";
import { type Kysely, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import { catalogueGrowth, publishers } from "./catalogue.store.ts";
import type { Making, ReportSource } from "./making.store.ts";
import { adoptionByVersion, deadDependencies } from "./relation-reports.store.ts";
import { clickPositions, zeroResultQueries } from "./search-reports.store.ts";
import {
  leastReliableTemplates,
  slowestTemplates,
  unratedTemplates,
  untestedTemplates,
} from "./template-reports.store.ts";

const sources: Readonly<Record<ReportName, ReportSource>> = {
  "catalogue-growth": catalogueGrowth,
  "adoption-by-version": adoptionByVersion,
  "dead-dependencies": deadDependencies,
  "untested-templates": untestedTemplates,
  "unrated-templates": unratedTemplates,
  "slowest-templates": slowestTemplates,
  "least-reliable-templates": leastReliableTemplates,
  publishers,
  "zero-result-queries": zeroResultQueries,
  "click-positions": clickPositions,
};

/** Which part of a report. */
export interface ReportPart extends Making {
  readonly limit: number;
  /** The last row before it. */
  readonly after: { readonly rank: number; readonly key: string } | undefined;
}

/** A row with its place in the report. */
export interface PlacedRow {
  readonly rank: number;
  readonly key: string;
  readonly row: ReportRow;
}

/** Rows of a report in its order: one more than the limit if there are more. */
export const listReportRows = async (
  db: Reads<DB>,
  scope: TenantScope,
  name: ReportName,
  { limit, after, ...making }: ReportPart,
): Promise<PlacedRow[]> => {
  const behind = after ? sql`WHERE (rank, key COLLATE "C") > (${after.rank}::float8, ${after.key})` : sql``;
  return await readInTenant(db, scope, (query: Kysely<DB>) => ({
    compile: () =>
      sql<PlacedRow>`
        SELECT rank, key, row FROM (${sources[name](making)}) AS report ${behind}
        ORDER BY rank, key COLLATE "C" LIMIT ${limit + 1}`.compile(query),
  }));
};
