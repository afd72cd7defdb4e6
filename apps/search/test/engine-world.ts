import { inTenant, openDatabase, type TenantTransaction } from "@nofx/db-kit";
import type { IndexBatch, SearchEngine } from "@nofx/search-core";
import type { TestDatabase } from "@nofx/testkit";
import { freshDatabase } from "@nofx/testkit/service";
import { onTestFinished } from "vitest";
import type { DB } from "../src/db/schema.gen.ts";
import { postgresEngine } from "../src/engines/postgres/postgres-engine.ts";
import { searchTrack } from "../src/index.ts";

/** An engine of a test's own, and how to write to it. */
export interface TestEngine {
  readonly engine: SearchEngine<TenantTransaction<DB>>;
  readonly database: TestDatabase;
  create(generation: number): Promise<void>;
  apply(generation: number, batch: Partial<IndexBatch>): Promise<void>;
}

const service = { tenantId: "", subject: "test", role: "service", correlationId: "test" } as const;

/** PostgreSQL as an engine on a fresh database, until `finished` runs what it is given. */
export const testEngine = async (
  finished: (end: () => Promise<void>) => void = onTestFinished,
  now: () => Date = () => new Date("2026-11-01T00:00:00Z"),
): Promise<TestEngine> => {
  const database = await freshDatabase(searchTrack);
  const db = openDatabase<DB>({
    url: database.url,
    applicationName: "search test",
    onIdleError: () => undefined,
  });
  finished(async () => {
    await db.close();
    await database.drop();
  });
  const engine = postgresEngine(db, { now });
  return {
    engine,
    database,
    create: (generation) => inTenant(db, service, (trx) => engine.create(generation, trx)),
    apply: (generation, { puts = [], removes = [] }) =>
      inTenant(db, service, (trx) => engine.apply(generation, { puts, removes }, trx)),
  };
};
