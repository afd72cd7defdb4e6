import { type Database, readInTenant } from "@nofx/db-kit";
import { type Kysely, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import { indexer } from "../indexing/indexer.ts";
import type { FeedFigures, IndexFigures } from "./own-health.rules.ts";

interface Row extends Omit<IndexFigures, "feeds"> {
  readonly feeds: readonly (Omit<FeedFigures, "seenAt"> & { readonly seenAt: string | null })[];
}

/** What the index holds and how far it has come, of all tenants, in one round trip. */
export const readIndexFigures = async (db: Database<DB>): Promise<IndexFigures> => {
  const [row] = await readInTenant(db, indexer, (query: Kysely<DB>) => ({
    compile: () =>
      sql<{ figures: Row }>`
        SELECT json_build_object(
          'generation', coalesce((SELECT generation FROM generations WHERE is_current), 0),
          'isRebuilding', EXISTS (SELECT FROM generations WHERE built_at IS NULL AND retired_at IS NULL),
          'agents', (SELECT count(*) FROM records WHERE type = 'agent'),
          'templates', (SELECT count(*) FROM records WHERE type = 'template'),
          'quarantined', (SELECT count(*) FROM quarantine),
          'feeds', (SELECT coalesce(json_agg(json_build_object('source', source, 'seenAt', seen_at, 'error', error,
            'ageMs', extract(epoch FROM now() - seen_at) * 1000) ORDER BY source DESC), '[]') FROM sources)) AS figures`.compile(
        query,
      ),
  }));
  if (!row) throw new Error("no answer of the database");
  const { figures } = row;
  return {
    ...figures,
    feeds: figures.feeds.map((feed) => ({ ...feed, seenAt: feed.seenAt === null ? null : new Date(feed.seenAt) })),
  };
};
