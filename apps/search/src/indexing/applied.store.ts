import { type Database, inTenant, readInTenant, type TenantTransaction } from "@nofx/db-kit";
import { type Kysely, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import { indexer } from "./indexer.ts";

/** Longer than a transaction takes between making a change's id and its place in the feed, and clocks differ. */
const doubtSeconds = 60;

/** When a change's id was made: the first 48 bits of a UUID of version 7 are milliseconds. */
const madeAt = sql`to_timestamp(('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0)`;

/**
 * Which of some changes are in the index: those that are noted, and those that are so old that both sources have been read
 * beyond them.
 */
export const findApplied = async (db: Database<DB>, changeIds: readonly string[]): Promise<Set<string>> => {
  const rows = await readInTenant(db, indexer, (query: Kysely<DB>) => ({
    compile: () =>
      sql<{ id: string }>`
        SELECT id FROM unnest(${changeIds}::uuid[]) AS asked (id)
        WHERE EXISTS (SELECT FROM applied_changes WHERE change_id = id)
          OR substr(id::text, 15, 1) = '7' AND ${madeAt} < (
            SELECT CASE WHEN bool_or(has_gap OR seen_at IS NULL) THEN '-infinity' ELSE min(seen_at) END FROM sources
          ) - ${doubtSeconds} * interval '1 second'`.compile(query),
  }));
  return new Set(rows.map(({ id }) => id));
};

/** Notes that changes are in the index, in the transaction that puts them there. */
export const noteApplied = async (trx: TenantTransaction<DB>, changeIds: readonly string[]): Promise<void> => {
  if (changeIds.length === 0) return;
  await sql`
    INSERT INTO applied_changes (change_id) SELECT unnest(${changeIds}::uuid[]) ON CONFLICT DO NOTHING`.execute(trx);
};

/** How long changes are noted: much longer than they are doubted. */
const notedHours = 1;

/** Forgets changes of which the sources' state tells the same, at most 1,000 a call; gives how many. */
export const forgetApplied = async (db: Database<DB>): Promise<number> =>
  inTenant(db, indexer, async (trx) => {
    const { numAffectedRows } = await sql`
      DELETE FROM applied_changes WHERE change_id = ANY (ARRAY(
        SELECT change_id FROM applied_changes
        WHERE at < (SELECT CASE WHEN bool_or(has_gap OR seen_at IS NULL) THEN '-infinity' ELSE min(seen_at) END FROM sources)
          - ${notedHours} * interval '1 hour'
        ORDER BY at LIMIT 1000))`.execute(trx);
    return Number(numAffectedRows ?? 0);
  });
