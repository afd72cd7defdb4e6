import type { Database, Reads } from "@nofx/db-kit";
import type { DB } from "../db/schema.gen.ts";
import type { SearchEnv } from "../env.ts";
import type { Engine } from "../indexing/indexing-deps.ts";
import { askIfThere, inOpensearch, inPostgres } from "./has-generation.ts";
import { connectOpensearch } from "./opensearch/connection.ts";
import { opensearchEngine } from "./opensearch/opensearch-engine.ts";
import { postgresEngine } from "./postgres/postgres-engine.ts";

/** What finds documents. */
export type Finder = Pick<Engine, "search" | "suggest">;

/** What keeps the documents and finds them, and how it is let go of. */
export interface OpenEngine {
  readonly engine: Engine;
  /** Finds what was there a moment ago. */
  readonly recent: Finder;
  close(): Promise<void>;
}

const inOwnDatabase = (db: Database<DB>, now: () => Date, reads: Reads<DB> = db): Engine => {
  const [engine, has] = [postgresEngine(db, { now, reads }), inPostgres(db)];
  return {
    ...engine,
    has,
    search: (generation, request) => askIfThere(has, generation, () => engine.search(generation, request)),
    suggest: (generation, request) => askIfThere(has, generation, () => engine.suggest(generation, request)),
    size: (generation) => askIfThere(has, generation, () => engine.size(generation)),
  };
};

/** Opens the engine that the environment names. */
export const openEngine = (env: SearchEnv, db: Database<DB>, now: () => Date): OpenEngine => {
  if (env.ENGINE === "postgres" || env.OPENSEARCH_URL === undefined) {
    const engine = inOwnDatabase(db, now);
    // A server of its own works beside the other; one and the same is not asked for more at once.
    return { engine, recent: db.replica ? inOwnDatabase(db, now, db.reads) : engine, close: async () => undefined };
  }
  const { OPENSEARCH_URL: url, OPENSEARCH_USERNAME: username, OPENSEARCH_PASSWORD: password } = env;
  const connection = connectOpensearch({ url, username, password });
  const shape = { shards: env.OPENSEARCH_SHARDS, replicas: env.OPENSEARCH_REPLICAS };
  const prefix = env.OPENSEARCH_INDEX_PREFIX;
  const engine = { ...opensearchEngine(connection, { prefix, now, ...shape }), has: inOpensearch(connection, prefix) };
  return { engine, recent: engine, close: () => connection.close() };
};
