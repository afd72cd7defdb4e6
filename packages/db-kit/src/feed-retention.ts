import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import type { Database } from "./database.ts";
import { feedChannel } from "./sequencer.ts";
import type { TenantTransaction } from "./tenant.ts";

/**
 * Deletes the feed's oldest changes from before `keepFrom`, at most `batchMax` a call, and notes how far. Always a
 * beginning of the feed, so that one position tells what is missing. Safe to run in any number of replicas: one works.
 * @returns how many changes were deleted; 0 also when another replica is at work.
 */
export const pruneFeed = async <DB>(
  db: Database<DB>,
  schema: string,
  keepFrom: Date,
  batchMax = 1_000,
): Promise<number> =>
  db.kysely.transaction().execute(async (trx) => {
    const lock = await sql<{ mine: boolean }>`
      SELECT pg_try_advisory_xact_lock(hashtextextended(${`${schema}.feed_retention`}, 0)) AS mine, set_config('app.role', 'service', true)`.execute(
      trx,
    );
    if (!lock.rows[0]?.mine) return 0;
    const pruned = await sql<{ deleted: string }>`
      WITH oldest AS (
        SELECT position, at FROM changes ORDER BY position LIMIT ${batchMax}
      ), last AS (
        SELECT max(position) AS position FROM oldest
        WHERE position < coalesce((SELECT min(position) FROM oldest WHERE at >= ${keepFrom}), 9223372036854775807)
      ), gone AS (
        DELETE FROM changes USING last WHERE changes.position <= last.position RETURNING changes.position
      ), noted AS (
        UPDATE feed SET pruned_to = last.position FROM last WHERE last.position > feed.pruned_to
      )
      SELECT count(*) AS deleted FROM gone`.execute(trx);
    return Number(pruned.rows[0]?.deleted ?? 0);
  });

/**
 * Gives the feed a new identity: no reader can go on with a cursor of before. For after a restore, when positions that
 * readers have seen may be given out again to other changes. Wakes everybody who waits.
 */
export const renewEpoch = async <DB>(trx: TenantTransaction<DB>, schema: string): Promise<string> => {
  const epoch = randomUUID();
  await sql`UPDATE feed SET epoch = ${epoch}`.execute(trx);
  const notice = sql`SELECT pg_notify(${feedChannel(schema)}, json_build_object('position', feed.position::text, 'changes', NULL)::text) FROM feed`;
  await notice.execute(trx);
  return epoch;
};
