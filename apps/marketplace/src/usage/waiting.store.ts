import type { Database } from "@nofx/db-kit";
import { sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";

/** What is ahead of the fold, and ahead of the calendar. */
export interface UsageStanding {
  /** Reports that are kept and not counted yet. */
  readonly reports: number;
  /** When the oldest of them was accepted. */
  readonly oldestAt: Date | null;
  /** For how many days after today there is a place for reports, without a gap; -1: not even for today. */
  readonly daysAhead: number;
}

/** Days that are looked at. */
const daysMax = 30;

/** Reads it in one query, from the queue and the catalogue. */
export const findStanding = async (db: Database<DB>, now: Date): Promise<UsageStanding> => {
  const { rows } = await sql<UsageStanding>`
    SELECT coalesce(sum(events), 0)::int AS reports, min(accepted_at) AS "oldestAt",
      (SELECT coalesce(min(n), ${daysMax}::int + 1) - 1 FROM generate_series(0, ${daysMax}::int) n
       WHERE to_regclass('marketplace.template_events_' || to_char((${now}::timestamptz AT TIME ZONE 'UTC')::date + n, 'YYYYMMDD'))
             IS NULL) AS "daysAhead"
    FROM usage_batches`.execute(db.kysely);
  const [standing] = rows;
  if (!standing) throw new Error("A sum is one row, also of nothing");
  return standing;
};
