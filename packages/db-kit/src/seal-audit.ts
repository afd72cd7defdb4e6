import { genesis, type Head, type SealedEntry, sealEntry } from "@nofx/audit-chain";
import { sql, type Transaction } from "kysely";
import { type FactRow, factColumns, type MaybeGone, toFactsIfThere } from "./audit-rows.ts";
import type { Database } from "./database.ts";
import { type Drain, startDrain } from "./drain.ts";

/** Entries that one batch seals at the most. */
const batchMax = 500;

type WaitingRow = MaybeGone<FactRow> & {
  readonly tenant_id: string;
  readonly audit_id: string;
  readonly is_sealed: boolean;
};

/** The last seal of each of these tenants that has one. */
const findHeads = async <DB>(trx: Transaction<DB>, tenants: readonly string[]): Promise<Map<string, Head>> => {
  const { rows } = await sql<{ tenant_id: string; position: string; hash: string }>`
    SELECT t.tenant_id, last.position, last.hash
    FROM unnest(${tenants}::text[]) AS t (tenant_id), LATERAL (
      SELECT position, hash FROM audit_chain c WHERE c.tenant_id = t.tenant_id ORDER BY position DESC LIMIT 1
    ) AS last`.execute(trx);
  return new Map(rows.map(({ tenant_id, position, hash }) => [tenant_id, { position: Number(position), hash }]));
};

const insertSeals = async <DB>(trx: Transaction<DB>, sealed: readonly SealedEntry[]): Promise<void> => {
  const column = <T>(of: (entry: SealedEntry) => T): T[] => sealed.map(of);
  await sql`
    INSERT INTO audit_chain (tenant_id, position, audit_id, previous_hash, hash)
    SELECT * FROM unnest(
      ${column(({ tenant }) => tenant)}::text[], ${column(({ position }) => position)}::bigint[],
      ${column(({ auditId }) => auditId)}::bigint[], ${column(({ previousHash }) => previousHash)}::text[],
      ${column(({ hash }) => hash)}::text[])`.execute(trx);
};

/** Gives each its place behind the last one of its tenant. */
const sealRows = async <DB>(trx: Transaction<DB>, rows: readonly WaitingRow[]): Promise<SealedEntry[]> => {
  const heads = await findHeads(trx, [...new Set(rows.map((row) => row.tenant_id))]);
  return rows.map((row) => {
    const waiting = { auditId: row.audit_id, entry: toFactsIfThere(row) };
    const next = sealEntry(row.tenant_id, heads.get(row.tenant_id) ?? genesis, waiting);
    heads.set(row.tenant_id, next);
    return next;
  });
};

/**
 * Seals one batch of audit entries: gives each its place in its tenant's chain, in the order of their ids, and its hash
 * over what the database holds. All of it happens or nothing. Any number may run; one works at a time.
 * @returns how many entries no longer wait; 0 also when another one is at work.
 */
export const sealAuditBatch = async <DB>(db: Database<DB>, schema: string): Promise<number> =>
  db.kysely.transaction().execute(async (trx) => {
    const lock = await sql<{ mine: boolean }>`
      SELECT pg_try_advisory_xact_lock(hashtextextended(${`${schema}.audit sealing`}, 0)) AS mine, set_config('app.role', 'service', true)`.execute(
      trx,
    );
    if (!lock.rows[0]?.mine) return 0;
    const { rows } = await sql<WaitingRow>`
      WITH batch AS (
        DELETE FROM audit_unsealed WHERE audit_id IN (SELECT audit_id FROM audit_unsealed ORDER BY audit_id LIMIT ${batchMax})
        RETURNING tenant_id, audit_id
      )
      SELECT batch.tenant_id, batch.audit_id, c.audit_id IS NOT NULL AS is_sealed, ${factColumns}
      FROM batch
      LEFT JOIN LATERAL (
        SELECT * FROM audit_log WHERE tenant_id = batch.tenant_id AND id = batch.audit_id LIMIT 1) a ON true
      LEFT JOIN LATERAL (
        SELECT audit_id FROM audit_chain WHERE tenant_id = batch.tenant_id AND audit_id = batch.audit_id LIMIT 1) c ON true
      ORDER BY batch.audit_id`.execute(trx);
    // Entry by entry, not joined: nobody knows how many wait, and a join that expects many reads all that was ever sealed.
    // Word left twice for one entry must not stop the sealing of all others.
    const waiting = rows.filter((row) => !row.is_sealed);
    if (waiting.length > 0) await insertSeals(trx, await sealRows(trx, waiting));
    return rows.length;
  });

/** Seals what waits, every `pollMs`: a seal may come a moment later, and writers should not notice it. */
export const startSealing = <DB>(
  db: Database<DB>,
  options: { readonly schema: string; readonly pollMs: number; readonly onError: (error: Error) => void },
): Drain => startDrain(() => sealAuditBatch(db, options.schema), options);
