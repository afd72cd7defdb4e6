import type { Database } from "@nofx/db-kit";
import { sql, type Transaction } from "kysely";
import { refreshPopularity } from "../analytics/popularity.store.ts";
import type { DB } from "../db/schema.gen.ts";
import { eventsOf, foldStatement, type Taken } from "./fold-statement.ts";

/**
 * How much one fold takes at the most, beyond its first batch: what one takes is in sight only when all of it is, and a
 * rollup's row costs more than reading what it is made of.
 */
const foldMax = { batches: 1_000, events: 5_000 } as const;

/** Nobody waits for it; cut short, it would begin with the same batches again. */
const foldTimeout = "60s";

/** What a fold has taken. */
export interface Folded {
  readonly foldId: string;
  readonly batches: number;
  readonly events: number;
  /** When the oldest of it was accepted. */
  readonly oldestAt: Date;
}

/** Takes batches out of the queue, the oldest first. */
const take = async (trx: Transaction<DB>): Promise<Taken | undefined> => {
  const { rows } = await sql<Taken & { readonly ids: string[] | null }>`
    WITH oldest AS (
      SELECT id, sum(events) OVER (ORDER BY id) - events AS before FROM (
        SELECT id, events FROM usage_batches ORDER BY id LIMIT ${foldMax.batches}) b
    ), taken AS (
      DELETE FROM usage_batches WHERE id IN (SELECT id FROM oldest WHERE before < ${foldMax.events}) RETURNING *
    )
    SELECT array_agg(id) AS ids, min(first_day)::text AS first_day, max(last_day)::text AS last_day,
           coalesce(sum(events), 0)::int AS events, min(accepted_at) AS accepted_at FROM taken`.execute(trx);
  const [taken] = rows;
  return taken?.ids ? taken : undefined;
};

/** Whoever holds it folds, or keeps others from it. */
export const foldLock = "marketplace.usage_fold";

/** Name of the channel on which folds are announced: the payload is the fold's id. */
export const usageChannel = "marketplace_usage";

/**
 * Folds what has been reported since the last fold, up to a limit, in one transaction: either everything that it takes
 * from the queue is in the rollups, or nothing is. Any number may run; one works at a time.
 * @returns undefined if there is nothing to do, or another one is at work.
 */
export const foldBatches = async (db: Database<DB>, now: Date): Promise<Folded | undefined> =>
  db.kysely.transaction().execute(async (trx) => {
    const { rows } = await sql<{ mine: boolean }>`
      SELECT pg_try_advisory_xact_lock(hashtextextended(${foldLock}, 0)) AS mine,
             set_config('app.role', 'service', true), set_config('statement_timeout', ${foldTimeout}, true)`.execute(
      trx,
    );
    if (!rows[0]?.mine) return undefined;
    const taken = await take(trx);
    if (!taken) return undefined;
    const fold = await sql<{ fold_id: string }>`
      UPDATE usage_fold SET fold_id = fold_id + 1, folded_at = ${now} RETURNING fold_id`.execute(trx);
    const foldId = fold.rows[0]?.fold_id ?? "0";
    await foldStatement(taken, foldId).execute(trx);
    await refreshPopularity(trx, eventsOf(taken), now);
    await sql`SELECT pg_notify(${usageChannel}, ${foldId})`.execute(trx);
    return { foldId, batches: taken.ids.length, events: taken.events, oldestAt: taken.accepted_at };
  });
