import type { Quarantined } from "@nofx/contract-search";
import { type Database, readInTenant, type TenantTransaction } from "@nofx/db-kit";
import type { DocumentKey } from "@nofx/search-core";
import { type Kysely, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import { indexer } from "./indexer.ts";
import { keyColumns } from "./record.store.ts";

/** What could not be indexed, and why. */
export interface Failed {
  readonly key: DocumentKey;
  readonly error: string;
}

/** Puts aside what could not be indexed; counts the attempts of what was there. */
export const quarantine = async (
  trx: TenantTransaction<DB>,
  failed: readonly Failed[],
  reading: number,
): Promise<void> => {
  if (failed.length === 0) return;
  await sql`
    INSERT INTO quarantine AS q (tenant_id, type, id, error, since, last_at, reading)
    SELECT *, now(), now(), ${reading}::bigint
    FROM unnest(${keyColumns(failed.map(({ key }) => key))}, ${failed.map(({ error }) => error)}::text[])
    ON CONFLICT (tenant_id, type, id) DO UPDATE SET error = excluded.error, attempts = q.attempts + 1,
      last_at = excluded.last_at, reading = excluded.reading`.execute(trx);
};

/** Takes out what was indexed, or is no more. */
export const release = async (trx: TenantTransaction<DB>, keys: readonly DocumentKey[]): Promise<void> => {
  if (keys.length === 0) return;
  await sql`
    DELETE FROM quarantine q USING unnest(${keyColumns(keys)}) AS k (tenant_id, type, id)
    WHERE q.tenant_id = k.tenant_id AND q.type = k.type AND q.id = k.id`.execute(trx);
};

interface QuarantineRow {
  readonly tenant_id: string;
  readonly type: DocumentKey["type"];
  readonly id: string;
  readonly error: string;
  readonly attempts: number;
  readonly since: Date;
  readonly last_at: Date;
}

const toQuarantined = (row: QuarantineRow): Quarantined => ({
  type: row.type,
  tenant: row.tenant_id,
  id: row.id,
  error: row.error,
  attempts: row.attempts,
  since: row.since.toISOString(),
  lastAt: row.last_at.toISOString(),
});

/** A page by tenant, type and id, from behind a key on. */
export const listQuarantine = async (
  db: Database<DB>,
  after: DocumentKey | undefined,
  limit: number,
): Promise<Quarantined[]> => {
  const { type, tenant, id } = after ?? { type: "", tenant: "", id: "" };
  const rows = await readInTenant(db, indexer, (query: Kysely<DB>) => ({
    compile: () =>
      sql<QuarantineRow>`
        SELECT * FROM quarantine WHERE (tenant_id, type, id) > (${tenant}, ${type}, ${id})
        ORDER BY tenant_id, type, id LIMIT ${limit}`.compile(query),
  }));
  return rows.map(toQuarantined);
};

/** How many there are. */
export const countQuarantined = async (db: Database<DB>): Promise<number> => {
  const [row] = await readInTenant(db, indexer, (query: Kysely<DB>) => ({
    compile: () => sql<{ count: string }>`SELECT count(*) FROM quarantine`.compile(query),
  }));
  return Number(row?.count ?? 0);
};
