import { sql } from "kysely";
import type { Database, RecordedChange } from "./database.ts";
import { type Drain, ifFull, startDrain } from "./drain.ts";

/** Rows that one batch moves at the most. */
const batchMax = 500;

/** What listeners on the feed's channel receive. */
export interface FeedNotice {
  readonly position: string;
  /** What happened to whom, each once; `null`: too much to name, take it as everything to everybody. */
  readonly changes: readonly Omit<RecordedChange, "id">[] | null;
}

/** Name of the NOTIFY channel of a schema's feed. */
export const feedChannel = (schema: string): string => `${schema}_changes`;

/**
 * Moves one batch of outbox rows into the feed and announces it. Positions have no gaps and follow the order in which
 * batches commit, so a reader that pages by position never skips a row. Any number may run; one works at a time.
 * @returns how many rows were moved; 0 also when another sequencer is at work.
 */
export const sequenceBatch = async <DB>(db: Database<DB>, schema: string): Promise<number> =>
  db.kysely.transaction().execute(async (trx) => {
    const lock = await sql<{ mine: boolean }>`
      SELECT pg_try_advisory_xact_lock(hashtextextended(${`${schema}.sequencer`}, 0)) AS mine, set_config('app.role', 'service', true)`.execute(
      trx,
    );
    if (!lock.rows[0]?.mine) return 0;
    const moved = await sql<MovedRow>`
      WITH batch AS (
        DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT ${batchMax}) RETURNING *
      ), size AS (
        SELECT count(*) AS n FROM batch
      ), head AS (
        UPDATE feed SET position = position + size.n FROM size WHERE size.n > 0 RETURNING position - size.n AS before
      )
      INSERT INTO changes (position, change_id, tenant_id, visibility, type, resource_type, resource_id, version, data, at, correlation_id)
      SELECT head.before + row_number() OVER (ORDER BY id), change_id, tenant_id, visibility, type, resource_type, resource_id, version, data, at, correlation_id
      FROM batch, head
      RETURNING position, tenant_id, visibility, type`.execute(trx);
    if (moved.rows.length === 0) return 0;
    const notice: FeedNotice = {
      position: String(moved.rows.reduce((max, row) => (BigInt(row.position) > max ? BigInt(row.position) : max), 0n)),
      changes: affected(moved.rows),
    };
    await sql`SELECT pg_notify(${feedChannel(schema)}, ${JSON.stringify(notice)})`.execute(trx);
    return moved.rows.length;
  });

interface MovedRow {
  readonly position: string;
  readonly tenant_id: string;
  readonly visibility: "private" | "public";
  readonly type: string;
}

/** A NOTIFY payload has at most 8,000 bytes: more than 40 different things in one batch are not named. */
const affected = (rows: readonly MovedRow[]): FeedNotice["changes"] => {
  const distinct = new Map(rows.map((row) => [`${row.tenant_id} ${row.visibility} ${row.type}`, row]));
  if (distinct.size > 40) return null;
  return [...distinct.values()].map(({ tenant_id, visibility, type }) => ({ tenantId: tenant_id, visibility, type }));
};

/**
 * Runs batches whenever something was committed here, and every `pollMs` for what other processes left behind.
 */
export const startSequencer = <DB>(
  db: Database<DB>,
  options: { readonly schema: string; readonly pollMs: number; readonly onError: (error: Error) => void },
): Drain => {
  const drain = startDrain(async () => ifFull(await sequenceBatch(db, options.schema), batchMax), options);
  db.committed.add(drain.kick);
  return {
    kick: drain.kick,
    stop: async () => {
      db.committed.delete(drain.kick);
      await drain.stop();
    },
  };
};
