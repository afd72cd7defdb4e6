import type { Database } from "@nofx/db-kit";
import type { DB } from "../db/schema.gen.ts";
import type { SearchEnv } from "../env.ts";
import type { Engine } from "../indexing/indexing-deps.ts";
import { connectOpensearch } from "./opensearch/connection.ts";
import { opensearchEngine } from "./opensearch/opensearch-engine.ts";
import { postgresEngine } from "./postgres/postgres-engine.ts";

/** What keeps the documents and finds them, and how it is let go of. */
export interface OpenEngine {
  readonly engine: Engine;
  close(): Promise<void>;
}

/** Opens the engine that the environment names. */
export const openEngine = (env: SearchEnv, db: Database<DB>, now: () => Date): OpenEngine => {
  if (env.ENGINE === "postgres" || env.OPENSEARCH_URL === undefined) {
    return { engine: postgresEngine(db, { now }), close: async () => undefined };
  }
  const { OPENSEARCH_URL: url, OPENSEARCH_USERNAME: username, OPENSEARCH_PASSWORD: password } = env;
  const connection = connectOpensearch({ url, username, password });
  const shape = { shards: env.OPENSEARCH_SHARDS, replicas: env.OPENSEARCH_REPLICAS };
  const engine = opensearchEngine(connection, { prefix: env.OPENSEARCH_INDEX_PREFIX, now, ...shape });
  return { engine, close: () => connection.close() };
};
