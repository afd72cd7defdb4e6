import { type Reads, readInTenant } from "@nofx/db-kit";
import { type Kysely, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import { indexer, type SourceName } from "./indexer.ts";

/** How the index stands, as everybody who searches must know. */
export interface Standing {
  /** 0: there is none yet. */
  readonly generation: number;
  readonly sources: readonly {
    readonly source: SourceName;
    readonly reachable: boolean;
    readonly seenAt: Date | undefined;
    /** How long ago that was, by the database's clock. */
    readonly ageMs: number | undefined;
  }[];
}

interface StandingRow {
  readonly source: SourceName;
  readonly error: string | null;
  readonly seen_at: Date | null;
  readonly age_ms: number | null;
  readonly generation: string | null;
}

/** Reads it in one round trip. */
export const readStanding = async (db: Reads<DB>): Promise<Standing> => {
  const rows = await readInTenant(db, indexer, (query: Kysely<DB>) => ({
    compile: () =>
      sql<StandingRow>`
          SELECT source, error, seen_at, extract(epoch FROM now() - seen_at)::float8 * 1000 AS age_ms,
            (SELECT generation FROM generations WHERE is_current) AS generation
          FROM sources ORDER BY source DESC`.compile(query),
  }));
  return {
    generation: Number(rows[0]?.generation ?? 0),
    sources: rows.map(({ source, error, seen_at, age_ms }) => ({
      source,
      reachable: error === null,
      seenAt: seen_at ?? undefined,
      ageMs: age_ms ?? undefined,
    })),
  };
};
