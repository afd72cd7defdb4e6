import type { Database, TenantTransaction } from "@nofx/db-kit";
import type { SearchEngine } from "@nofx/search-core";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import type { HasGeneration } from "../engines/has-generation.ts";
import type { Noticed } from "./notices.ts";

/** The engine, told of documents in the transaction that tells how far the index has come. */
export interface Engine extends SearchEngine<TenantTransaction<DB>> {
  readonly has: HasGeneration;
}

/** What keeping the index up works with. */
export interface IndexingDeps extends Pick<Deps, "log" | "now"> {
  readonly db: Database<DB>;
  readonly engine: Engine;
  readonly noticed: Noticed;
  /** Names this process among those that keep the index up. */
  readonly holder: string;
}
