import { type Database, readInTenant, type TenantTransaction } from "@nofx/db-kit";
import { type Kysely, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import { indexer } from "./indexer.ts";

/** A generation of the index that is not dropped. */
export interface Generation {
  readonly generation: number;
  /** Version of the rules it was made with. */
  readonly projection: number;
  readonly reason: string;
  readonly isCurrent: boolean;
  readonly startedAt: Date;
  readonly builtAt: Date | undefined;
  readonly isBuilding: boolean;
  /** Both sources have been listed. */
  readonly isListed: boolean;
}

interface GenerationRow {
  readonly generation: string;
  readonly projection: number;
  readonly reason: string;
  readonly is_current: boolean;
  readonly started_at: Date;
  readonly built_at: Date | null;
  readonly retired_at: Date | null;
  readonly is_listed: boolean;
}

const select = sql<GenerationRow>`
  SELECT g.*, NOT EXISTS (SELECT FROM listings l WHERE l.generation = g.generation AND done_at IS NULL) AS is_listed
  FROM generations g WHERE dropped_at IS NULL ORDER BY generation`;

const toGeneration = (row: GenerationRow): Generation => ({
  generation: Number(row.generation),
  projection: row.projection,
  reason: row.reason,
  isCurrent: row.is_current,
  startedAt: row.started_at,
  builtAt: row.built_at ?? undefined,
  isBuilding: row.built_at === null && row.retired_at === null,
  isListed: row.is_listed,
});

/** All that have documents. */
export const readGenerations = async (db: Database<DB>): Promise<Generation[]> => {
  const compile = (query: Kysely<DB>) => ({ compile: () => select.compile(query) });
  return (await readInTenant(db, indexer, compile)).map(toGeneration);
};

/** The same within a transaction that holds the index's lock: they stay as they are until its end. */
export const listGenerations = async (trx: TenantTransaction<DB>): Promise<Generation[]> =>
  (await select.execute(trx)).rows.map(toGeneration);

/** Notes a new generation that is to be built, in the place of another one that was; gives its number. */
export const insertGeneration = async (
  trx: TenantTransaction<DB>,
  { reason, projection, at }: { readonly reason: string; readonly projection: number; readonly at: Date },
): Promise<number> => {
  await sql`UPDATE generations SET retired_at = now() WHERE built_at IS NULL AND retired_at IS NULL`.execute(trx);
  const { rows } = await sql<{ generation: string }>`
    INSERT INTO generations (generation, projection, reason, is_current, started_at)
    SELECT coalesce(max(generation), 0) + 1, ${projection}, ${reason}, NOT coalesce(bool_or(is_current), false), ${at}
    FROM generations RETURNING generation`.execute(trx);
  const generation = Number(rows[0]?.generation);
  await sql`INSERT INTO listings (generation, source) SELECT ${generation}, source FROM sources`.execute(trx);
  return generation;
};

/** Gives up all that are searched or built: the next one is searched while it is built, as the first one is. */
export const giveUpGenerations = async (trx: TenantTransaction<DB>): Promise<void> => {
  await sql`
    UPDATE generations SET is_current = false, retired_at = now()
    WHERE is_current OR (built_at IS NULL AND retired_at IS NULL)`.execute(trx);
};

/**
 * Puts a generation in the place of the one that is searched. What its listings did not find is no more; nothing is
 * missing in it any longer.
 */
export const switchTo = async (trx: TenantTransaction<DB>, generation: number, at: Date): Promise<void> => {
  await sql`DELETE FROM records WHERE reading < ${generation}`.execute(trx);
  await sql`DELETE FROM quarantine WHERE reading < ${generation}`.execute(trx);
  await sql`
    UPDATE generations SET is_current = false, retired_at = now()
    WHERE is_current AND generation <> ${generation}`.execute(trx);
  await sql`UPDATE generations SET is_current = true, built_at = ${at} WHERE generation = ${generation}`.execute(trx);
  await sql`UPDATE sources SET has_gap = false`.execute(trx);
};

/** Generations that nobody has searched for so long. */
export const findRetired = async (db: Database<DB>, retiredMs: number): Promise<number[]> => {
  const rows = await readInTenant(db, indexer, (query: Kysely<DB>) => ({
    compile: () =>
      sql<{ generation: string }>`
        SELECT generation FROM generations
        WHERE dropped_at IS NULL AND NOT is_current AND retired_at < now() - ${retiredMs} * interval '1 millisecond'
        ORDER BY generation`.compile(query),
  }));
  return rows.map(({ generation }) => Number(generation));
};

/** Notes that a generation's documents are gone. */
export const noteDropped = async (trx: TenantTransaction<DB>, generation: number): Promise<void> => {
  await sql`UPDATE generations SET dropped_at = now() WHERE generation = ${generation}`.execute(trx);
};
