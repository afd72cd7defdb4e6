import { sql } from "kysely";
import type { Database } from "./database.ts";

/** Deletes idempotency keys past their time, at most 1,000 a call. Safe to run in any number of replicas. */
export const deleteExpiredKeys = async <DB>(db: Database<DB>): Promise<number> =>
  db.kysely.transaction().execute(async (trx) => {
    await sql`SELECT set_config('app.role', 'service', true)`.execute(trx);
    const { numAffectedRows } = await sql`
      DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM idempotency_keys WHERE expires_at < now() LIMIT 1000 FOR UPDATE SKIP LOCKED))`.execute(trx);
    return Number(numAffectedRows ?? 0);
  });
