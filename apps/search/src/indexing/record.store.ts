import type { TenantTransaction } from "@nofx/db-kit";
import type { DocumentKey } from "@nofx/search-core";
import { type RawBuilder, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import type { IndexedRecord } from "./read-records.rules.ts";

/** Keys as columns of `unnest`: tenant, type, id. */
export const keyColumns = (keys: readonly DocumentKey[]): RawBuilder<unknown> => sql`
  ${keys.map(({ tenant }) => tenant)}::text[], ${keys.map(({ type }) => type)}::text[], ${keys.map(({ id }) => id)}::text[]`;

const saveCategories = async (trx: TenantTransaction<DB>, indexed: readonly IndexedRecord[]): Promise<void> => {
  const templates = indexed.map(({ document }) => document).filter(({ type }) => type === "template");
  if (templates.length === 0) return;
  await sql`
    DELETE FROM record_categories c USING unnest(${keyColumns(templates)}) AS k (tenant_id, type, id)
    WHERE c.tenant_id = k.tenant_id AND c.type = k.type AND c.id = k.id`.execute(trx);
  const rows = templates.flatMap(({ tenant, id, categories }) =>
    categories.map((category) => ({ category, tenant, id })),
  );
  await sql`
    INSERT INTO record_categories (category, tenant_id, id)
    SELECT * FROM unnest(${rows.map(({ category }) => category)}::text[], ${rows.map(({ tenant }) => tenant)}::text[],
      ${rows.map(({ id }) => id)}::text[]) ON CONFLICT DO NOTHING`.execute(trx);
};

/** Keeps the last state of agents and templates; `reading` is the newest generation that it goes into. */
export const saveRecords = async (
  trx: TenantTransaction<DB>,
  indexed: readonly IndexedRecord[],
  reading: number,
): Promise<void> => {
  if (indexed.length === 0) return;
  const documents = indexed.map(({ document }) => document);
  await sql`
    INSERT INTO records (tenant_id, type, id, visibility, record, updated_at, reading)
    SELECT *, ${reading}::bigint FROM unnest(${keyColumns(documents)},
      ${documents.map(({ visibility }) => visibility)}::text[],
      ${indexed.map(({ record }) => JSON.stringify(record))}::jsonb[],
      ${documents.map(({ updatedAt }) => updatedAt)}::timestamptz[])
    ON CONFLICT (tenant_id, type, id) DO UPDATE SET visibility = excluded.visibility, record = excluded.record,
      updated_at = excluded.updated_at, reading = excluded.reading`.execute(trx);
  await saveCategories(trx, indexed);
};

/** Forgets what is no more. */
export const deleteRecords = async (trx: TenantTransaction<DB>, keys: readonly DocumentKey[]): Promise<void> => {
  if (keys.length === 0) return;
  await sql`
    DELETE FROM records r USING unnest(${keyColumns(keys)}) AS k (tenant_id, type, id)
    WHERE r.tenant_id = k.tenant_id AND r.type = k.type AND r.id = k.id`.execute(trx);
};
