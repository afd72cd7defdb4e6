import type { DocumentType, IndexState } from "@nofx/contract-search";
import { type Database, inTenant, readInTenant, type TenantTransaction } from "@nofx/db-kit";
import { type Kysely, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import { indexer, type SourceName } from "./indexer.ts";

/** A generation that is built, and where its listing of a source goes on. */
export interface Listing {
  readonly generation: number;
  readonly cursor: string | undefined;
}

/** How far a source has been followed, and what else is to be done with it. */
export interface SourceState {
  /** Undefined: nobody can go on from where it was. */
  readonly cursor: string | undefined;
  readonly error: string | undefined;
  /** Undefined: no generation is built, or this source has been listed for it. */
  readonly listing: Listing | undefined;
  readonly hasPending: boolean;
  /** The generations that are kept up: the one that is searched, and the one that is built. */
  readonly kept: readonly number[];
}

interface SourceRow {
  readonly cursor: string | null;
  readonly error: string | null;
  readonly listing: string | null;
  readonly listing_cursor: string | null;
  readonly has_pending: boolean;
  readonly kept: readonly string[];
}

/** Reads it in one round trip. */
export const readSource = async (db: Database<DB>, source: SourceName, type: DocumentType): Promise<SourceState> => {
  const [row] = await readInTenant(db, indexer, (query: Kysely<DB>) => ({
    compile: () =>
      sql<SourceRow>`
        SELECT s.cursor, s.error, l.generation AS listing, l.cursor AS listing_cursor,
          EXISTS (SELECT FROM pending_records WHERE type = ${type}) AS has_pending,
          ARRAY(SELECT generation::text FROM generations
            WHERE is_current OR (built_at IS NULL AND retired_at IS NULL) ORDER BY generation) AS kept
        FROM sources s LEFT JOIN (
          SELECT l.* FROM listings l JOIN generations g USING (generation)
          WHERE l.done_at IS NULL AND g.built_at IS NULL AND g.retired_at IS NULL
        ) l USING (source)
        WHERE s.source = ${source}`.compile(query),
  }));
  if (!row) throw new Error(`There is no row of the ${source}; the schema is not migrated`);
  return {
    cursor: row.cursor ?? undefined,
    error: row.error ?? undefined,
    listing:
      row.listing === null ? undefined : { generation: Number(row.listing), cursor: row.listing_cursor ?? undefined },
    hasPending: row.has_pending,
    kept: row.kept.map(Number),
  };
};

/** How both sources stand, for the operator. */
export const listSources = async (db: Database<DB>): Promise<IndexState["sources"]> => {
  const rows = await readInTenant(db, indexer, (query: Kysely<DB>) => ({
    compile: () =>
      sql<{ source: SourceName; cursor: string | null; seen_at: Date | null; error: string | null }>`
        SELECT source, cursor, seen_at, error FROM sources ORDER BY source DESC`.compile(query),
  }));
  return rows.map(({ source, cursor, seen_at, error }) => ({
    source,
    reachable: error === null,
    ...(cursor !== null && { cursor }),
    ...(seen_at && { seenAt: seen_at.toISOString() }),
    ...(error !== null && { error }),
  }));
};

/** Begins to follow a source at a place of so long ago; what was before is missing until a generation is built. */
export const startAt = async (
  trx: TenantTransaction<DB>,
  source: SourceName,
  { cursor, agoMs }: { readonly cursor: string; readonly agoMs: number },
): Promise<void> => {
  await sql`
    UPDATE sources SET cursor = ${cursor}, has_gap = true, error = NULL,
      started_at = clock_timestamp() - ${agoMs}::float8 * interval '1 millisecond'
    WHERE source = ${source}`.execute(trx);
};

/** Nobody can go on from where it was. */
export const loseCursor = async (trx: TenantTransaction<DB>, source: SourceName): Promise<void> => {
  await sql`UPDATE sources SET cursor = NULL, has_gap = true WHERE source = ${source}`.execute(trx);
};

/** Nothing is in the index any more of what was: it is, when it has been built anew. */
export const noteLost = async (trx: TenantTransaction<DB>): Promise<void> => {
  await sql`UPDATE sources SET has_gap = true, seen_at = NULL`.execute(trx);
  await sql`DELETE FROM applied_changes`.execute(trx);
};

/** Moves on, in the transaction of what was told. With `isAtEnd`, what had happened by now is in the index. */
export const moveOn = async (
  trx: TenantTransaction<DB>,
  { source, type, cursor, isAtEnd }: { source: SourceName; type: DocumentType; cursor: string; isAtEnd: boolean },
): Promise<void> => {
  await sql`
    UPDATE sources SET cursor = ${cursor}, error = NULL, seen_at = CASE
      WHEN ${isAtEnd} AND NOT has_gap AND NOT EXISTS (SELECT FROM pending_records WHERE type = ${type}) THEN now()
      ELSE seen_at END
    WHERE source = ${source}`.execute(trx);
};

/** Notes why a source cannot be followed. */
export const noteFailure = (db: Database<DB>, source: SourceName, error: string): Promise<void> =>
  inTenant(db, indexer, async (trx) => {
    await sql`
      UPDATE sources SET error = ${error} WHERE source = ${source} AND error IS DISTINCT FROM ${error}`.execute(trx);
  });

/** Notes how far a listing has come; without a cursor it is done. False: it has gone on, or is wanted no more. */
export const moveListing = async (
  trx: TenantTransaction<DB>,
  source: SourceName,
  { generation, cursor }: Listing,
  next: string | undefined,
): Promise<boolean> => {
  const { rows } = await sql`
    UPDATE listings l SET cursor = ${next ?? null}, done_at = CASE WHEN ${next === undefined} THEN now() END
    FROM generations g
    WHERE l.generation = ${generation} AND l.source = ${source} AND l.done_at IS NULL
      AND l.cursor IS NOT DISTINCT FROM ${cursor ?? null}
      AND g.generation = l.generation AND g.built_at IS NULL AND g.retired_at IS NULL
    RETURNING l.generation`.execute(trx);
  return rows.length > 0;
};
