import { executionLimits } from "@nofx/contract-marketplace";
import type { Database } from "@nofx/db-kit";
import { sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";

/** Days ahead for which there are partitions, in case nobody can make more for a while. */
const aheadDays = 7;

/** Makes sure that there is a partition for every day whose runs are accepted, and for some days ahead. */
export const makePartitions = async (db: Database<DB>, now: Date): Promise<number> => {
  const { rows } = await sql<{ made: number }>`
    SELECT make_event_partitions(
      (${now}::timestamptz AT TIME ZONE 'UTC')::date - ${executionLimits.lateDaysMax + 1}::int,
      (${now}::timestamptz AT TIME ZONE 'UTC')::date + ${aheadDays}::int) AS made`.execute(db.kysely);
  return rows[0]?.made ?? 0;
};

/**
 * Drops the partition of the oldest day, if that is before this one (UTC) and all of it is folded; gives how many it were.
 * It fails where it would have to wait for long, and keep others waiting.
 */
export const dropPartition = async (db: Database<DB>, before: string): Promise<number> => {
  const { rows } = await sql<{ dropped: boolean }>`SELECT drop_event_partition(${before}::date) AS dropped`.execute(
    db.kysely,
  );
  return rows[0]?.dropped ? 1 : 0;
};
