import type { DocumentType } from "@nofx/contract-search";
import { type Database, readInTenant, type TenantTransaction } from "@nofx/db-kit";
import type { DocumentKey } from "@nofx/search-core";
import { type Kysely, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import { noteApplied } from "./applied.store.ts";
import { indexer } from "./indexer.ts";

/** A key that is to be read anew, because of something. */
export interface Pending {
  readonly key: DocumentKey;
  readonly causes: readonly string[];
}

/** Wants everything read anew that names a category; gives how many that is. */
export const wantCategory = async (trx: TenantTransaction<DB>, category: string, cause: string): Promise<number> => {
  const { numAffectedRows } = await sql`
    INSERT INTO pending_records (tenant_id, type, id, cause)
    SELECT tenant_id, type, id, ${cause}::uuid FROM record_categories WHERE category = ${category}
    ON CONFLICT DO NOTHING`.execute(trx);
  return Number(numAffectedRows ?? 0);
};

/** Wants everything read anew that was put aside; gives how many that is. */
export const wantQuarantined = async (trx: TenantTransaction<DB>, cause: string): Promise<number> => {
  const { numAffectedRows } = await sql`
    INSERT INTO pending_records (tenant_id, type, id, cause)
    SELECT tenant_id, type, id, ${cause}::uuid FROM quarantine`.execute(trx);
  return Number(numAffectedRows ?? 0);
};

/** The first keys of a type that are to be read anew. */
export const listPending = async (db: Database<DB>, type: DocumentType, max: number): Promise<Pending[]> => {
  const rows = await readInTenant(db, indexer, (query: Kysely<DB>) => ({
    compile: () =>
      sql<{ tenant_id: string; id: string; causes: string[] }>`
        SELECT tenant_id, id, array_agg(cause::text) AS causes FROM pending_records WHERE type = ${type}
        GROUP BY tenant_id, id ORDER BY tenant_id, id LIMIT ${max}`.compile(query),
  }));
  return rows.map(({ tenant_id: tenant, id, causes }) => ({ key: { type, tenant, id }, causes }));
};

/** They have been read anew; a cause of which nothing is left has been applied. */
export const settlePending = async (trx: TenantTransaction<DB>, pending: readonly Pending[]): Promise<void> => {
  const rows = pending.flatMap(({ key, causes }) => causes.map((cause) => ({ ...key, cause })));
  await sql`
    DELETE FROM pending_records p USING unnest(${rows.map(({ type }) => type)}::text[],
      ${rows.map(({ tenant }) => tenant)}::text[], ${rows.map(({ id }) => id)}::text[],
      ${rows.map(({ cause }) => cause)}::uuid[]) AS k (type, tenant_id, id, cause)
    WHERE p.type = k.type AND p.tenant_id = k.tenant_id AND p.id = k.id AND p.cause = k.cause`.execute(trx);
  const causes = [...new Set(rows.map(({ cause }) => cause))];
  const { rows: done } = await sql<{ cause: string }>`
    SELECT cause FROM unnest(${causes}::uuid[]) AS cause
    WHERE NOT EXISTS (SELECT FROM pending_records p WHERE p.cause = cause.cause)`.execute(trx);
  await noteApplied(
    trx,
    done.map(({ cause }) => cause),
  );
};
