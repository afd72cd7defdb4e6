import type { DocumentType } from "@nofx/contract-search";
import { type Database, readInTenant, type TenantScope } from "@nofx/db-kit";
import { sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";

/** A search as it is kept: what was looked for and what became of it, and nobody who looked. */
export interface KeptSearch {
  readonly searchId: string;
  readonly at: Date;
  readonly query: string;
  /** On the first page. */
  readonly hits: number;
  readonly total: number;
  readonly tookMs: number;
}

/** A hit that was chosen. */
export interface KeptClick {
  readonly clickId: string;
  readonly searchId: string;
  readonly at: Date;
  readonly type: DocumentType;
  readonly tenant: string;
  readonly id: string;
  readonly position: number;
}

const keeper: TenantScope = { tenantId: "", subject: "searches", role: "service" };
const deletedMax = 10_000;

/** Writes searches; those that are there already stay as they are. */
export const insertSearches = async (db: Database<DB>, searches: readonly KeptSearch[]): Promise<void> => {
  await readInTenant(db, keeper, (query) => ({
    compile: () =>
      sql<never>`
        INSERT INTO searches (search_id, at, query, hits, total, took_ms)
        SELECT * FROM unnest(
          ${searches.map(({ searchId }) => searchId)}::uuid[], ${searches.map(({ at }) => at.toISOString())}::timestamptz[],
          ${searches.map((each) => each.query)}::text[], ${searches.map(({ hits }) => hits)}::int[],
          ${searches.map(({ total }) => total)}::int[], ${searches.map(({ tookMs }) => tookMs)}::int[])
        ON CONFLICT DO NOTHING`.compile(query),
  }));
};

/** Writes clicks on documents that there are; those that are there already stay as they are. */
export const insertClicks = async (db: Database<DB>, clicks: readonly KeptClick[]): Promise<void> => {
  await readInTenant(db, keeper, (query) => ({
    compile: () =>
      sql<never>`
        INSERT INTO clicks (click_id, search_id, at, type, tenant, id, position)
        SELECT c.* FROM unnest(
          ${clicks.map(({ clickId }) => clickId)}::uuid[], ${clicks.map(({ searchId }) => searchId)}::uuid[],
          ${clicks.map(({ at }) => at.toISOString())}::timestamptz[], ${clicks.map(({ type }) => type)}::text[],
          ${clicks.map(({ tenant }) => tenant)}::text[], ${clicks.map(({ id }) => id)}::text[],
          ${clicks.map(({ position }) => position)}::int[]) AS c (click_id, search_id, at, type, tenant, id, position)
        WHERE EXISTS (SELECT FROM records r WHERE r.tenant_id = c.tenant AND r.type = c.type AND r.id = c.id)
        ON CONFLICT DO NOTHING`.compile(query),
  }));
};

/** Deletes what old rows a batch has room for, leaving those alone that somebody else deletes; gives how many. */
const deleteOld = async (db: Database<DB>, table: "searches" | "clicks", before: Date): Promise<number> => {
  const rows = await readInTenant(db, keeper, (query) => ({
    compile: () =>
      sql<{ deleted: boolean }>`
        DELETE FROM ${sql.table(table)} WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM ${sql.table(table)} WHERE at < ${before} LIMIT ${sql.lit(deletedMax)} FOR UPDATE SKIP LOCKED))
        RETURNING true AS deleted`.compile(query),
  }));
  return rows.length;
};

/** Deletes a batch of searches and clicks from before a time; gives how many, 0 when nothing is left. */
export const deleteOldSearches = async (db: Database<DB>, before: Date): Promise<number> =>
  (await deleteOld(db, "searches", before)) + (await deleteOld(db, "clicks", before));
