import { inTenant, openDatabase } from "@nofx/db-kit";
import type { SearchEngine } from "@nofx/search-core";
import type { DB } from "../../src/db/schema.gen.ts";
import { postgresEngine } from "../../src/engines/postgres/postgres-engine.ts";
import { inventedDocuments } from "./invented.ts";
import { shippedDocuments } from "./shipped.ts";

/** What finds documents of the judged catalogue. */
export interface JudgedIndex {
  readonly engine: Pick<SearchEngine<unknown>, "search">;
  /** Puts the catalogue into a generation, or only what ships. */
  build(generation: number, what?: "shipped"): Promise<void>;
  close(): Promise<void>;
}

const service = { tenantId: "", subject: "judge", role: "service", correlationId: "judge" } as const;

/** Documents are as old as their draws say, whenever they are measured. */
const now = new Date("2026-11-23T12:00:00Z");

/** Opens an index in a database that has the service's tables. */
export const openJudgedIndex = (url: string): JudgedIndex => {
  const db = openDatabase<DB>({ url, applicationName: "judge", onIdleError: () => undefined });
  const engine = postgresEngine(db, { now: () => now });
  return {
    engine,
    build: async (generation, what) => {
      const puts = [...shippedDocuments(now), ...(what === "shipped" ? [] : inventedDocuments(now))];
      await inTenant(db, service, async (trx) => {
        await engine.create(generation, trx);
        await engine.apply(generation, { puts, removes: [] }, trx);
      });
      await engine.settle(generation);
    },
    close: () => db.close(),
  };
};
