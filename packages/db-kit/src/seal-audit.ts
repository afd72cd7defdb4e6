import { genesis, type Head, type SealedEntry, sealEntry } from "@nofx/audit-chain";
import { sql, type Transaction } from "kysely";
import { type FactRow, factColumns, type MaybeGone, toFactsIfThere } from "./audit-rows.ts";
import type { Database } from "./database.ts";
import { type Drain, ifFull, startDrain } from "./drain.ts";

/** Entries that one batch seals at the most. */
const batchMax = 500;

type WaitingRow = MaybeGone<FactRow> & {
  readonly audit_id: string;
  readonly is_sealed: boolean;
};

/** Takes the oldest entries that wait, of all tenants: their ids by tenant. */
const takeBatch = async <DB>(trx: Transaction<DB>): Promise<Map<string, string[]>> => {
  const { rows } = await sql<{ tenant_id: string; audit_id: string }>`
    WITH batch AS (
      DELETE FROM audit_unsealed WHERE audit_id IN (SELECT audit_id FROM audit_unsealed ORDER BY audit_id LIMIT ${batchMax})
      RETURNING tenant_id, audit_id
    )
    SELECT * FROM batch ORDER BY audit_id`.execute(trx);
  const byTenant = Map.groupBy(rows, ({ tenant_id }) => tenant_id);
  return new Map([...byTenant].map(([tenant, entries]) => [tenant, entries.map(({ audit_id }) => audit_id)]));
};

/** The entries, looked up one by one: a join that expects many would read all that was ever logged and sealed. */
const findWaiting = async <DB>(
  trx: Transaction<DB>,
  tenant: string,
  ids: readonly string[],
): Promise<readonly WaitingRow[]> => {
  const { rows } = await sql<WaitingRow>`
    SELECT w.audit_id, c.audit_id IS NOT NULL AS is_sealed, ${factColumns}
    FROM unnest(${ids}::bigint[]) WITH ORDINALITY AS w (audit_id, place)
    LEFT JOIN LATERAL (
      SELECT * FROM audit_log WHERE tenant_id = ${tenant} AND id = w.audit_id LIMIT 1) a ON true
    LEFT JOIN LATERAL (
      SELECT audit_id FROM audit_chain WHERE tenant_id = ${tenant} AND audit_id = w.audit_id LIMIT 1) c ON true
    ORDER BY w.place`.execute(trx);
  return rows;
};

const findHead = async <DB>(trx: Transaction<DB>, tenant: string): Promise<Head> => {
  const { rows } = await sql<{ position: string; hash: string }>`
    SELECT position, hash FROM audit_chain WHERE tenant_id = ${tenant} ORDER BY position DESC LIMIT 1`.execute(trx);
  return rows[0] ? { position: Number(rows[0].position), hash: rows[0].hash } : genesis;
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

/** Gives each of a tenant's entries its place behind the last one. Sealing sees one tenant at a time, as everybody does. */
const sealEntries = async <DB>(trx: Transaction<DB>, tenant: string, ids: readonly string[]): Promise<void> => {
  await sql`SELECT set_config('app.tenant_id', ${tenant}, true)`.execute(trx);
  // Word left twice for one entry must not stop the sealing of all others.
  const waiting = (await findWaiting(trx, tenant, ids)).filter((row) => !row.is_sealed);
  if (waiting.length === 0) return;
  let head = await findHead(trx, tenant);
  const sealed = waiting.map((row) => {
    const next = sealEntry(tenant, head, { auditId: row.audit_id, entry: toFactsIfThere(row) });
    head = next;
    return next;
  });
  await insertSeals(trx, sealed);
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
    const batch = await takeBatch(trx);
    for (const [tenant, ids] of batch) await sealEntries(trx, tenant, ids);
    return [...batch.values()].flat().length;
  });

/** Seals what waits, every `pollMs`: a seal may come a moment later, and writers should not notice it. */
export const startSealing = <DB>(
  db: Database<DB>,
  options: { readonly schema: string; readonly pollMs: number; readonly onError: (error: Error) => void },
): Drain => startDrain(async () => ifFull(await sealAuditBatch(db, options.schema), batchMax), options);
