import type { Database } from "@nofx/db-kit";
import { sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";

/** How long it is known which runs were reported: longer than a run may be reported late. */
export const claimDays = 9;

const batchMax = 10_000;

/** Deletes what old rows a batch has room for, leaving those alone that somebody else deletes; gives how many. */
const deleteOld = async (db: Database<DB>, table: string, isOld: ReturnType<typeof sql>): Promise<number> =>
  db.kysely.transaction().execute(async (trx) => {
    await sql`SELECT set_config('app.role', 'service', true)`.execute(trx);
    const { numAffectedRows } = await sql`
      DELETE FROM ${sql.table(table)} WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM ${sql.table(table)} WHERE ${isOld} LIMIT ${batchMax} FOR UPDATE SKIP LOCKED))`.execute(trx);
    return Number(numAffectedRows ?? 0);
  });

/** Forgets which runs ended before a day (UTC): reports of them are refused by now. */
export const deleteOldClaims = (db: Database<DB>, before: string): Promise<number> =>
  deleteOld(db, "template_runs", sql`day < ${before}::date`);

const byTheHour = ["template_rollups", "template_latencies", "template_failures", "template_subjects"] as const;

/** Deletes usage by the hour from before a time. */
export const deleteOldHours = async (db: Database<DB>, before: Date): Promise<number> => {
  let deleted = 0;
  for (const table of byTheHour) deleted += await deleteOld(db, table, sql`grain = 'hour' AND at < ${before}`);
  return deleted;
};
