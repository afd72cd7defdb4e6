import { unwrap } from "@nofx/client";
import { openDatabase } from "@nofx/db-kit";
import { expect, onTestFinished } from "vitest";
import { foldBatches } from "../src/usage/fold.store.ts";
import { type MarketplaceClient, marketplace, type Person, type TestMarketplace } from "./marketplace.ts";
import { workflow } from "./templates.ts";

export type Report = Parameters<MarketplaceClient["recordExecutions"]>[0]["body"]["executions"][number];

/** A report of a run that went well, with what the test is about in its place. */
export const report = (runId: string, more: Partial<Report> = {}): Report => ({
  templateId: "release-notes",
  runId,
  version: "1.0.0",
  outcome: "succeeded",
  durationMs: 1_000,
  ...more,
});

/** The same as the body of a single report. */
export const single = (runId: string, more: Partial<Report> = {}) => {
  const { templateId: _templateId, tenant: _tenant, ...body } = report(runId, more);
  return body;
};

/** Two tenants; acme has a public and a private template. */
export interface UsageWorld extends TestMarketplace {
  readonly alice: Person;
  readonly mallory: Person;
  /** Of acme. */
  readonly acme: MarketplaceClient;
  /** Of another tenant. */
  readonly globex: MarketplaceClient;
}

/** A marketplace with a public template `release-notes` and a private one `hidden`, both of acme. */
export const usageWorld = async (...options: Parameters<typeof marketplace>): Promise<UsageWorld> => {
  const world = await marketplace(...options);
  const alice = await world.person("admin", "acme");
  const mallory = await world.person("publisher", "globex");
  const [acme, globex] = [world.as(alice), world.as(mallory)];
  await unwrap(acme.publishTemplate({ body: workflow(), visibility: "public" }));
  await unwrap(acme.publishTemplate({ body: workflow({ templateId: "hidden" }) }));
  return { ...world, alice, mallory, acme, globex };
};

/** Waits until everything that was reported is folded. */
export const untilFolded = async ({ database }: Pick<TestMarketplace, "database">, timeout = 30_000): Promise<void> => {
  const waiting = () => database.query("SELECT FROM marketplace.usage_batches");
  await expect.poll(waiting, { timeout, interval: 20 }).toEqual([]);
};

/** Folds everything there is, here and now. */
export const foldAll = async ({ deps }: Pick<TestMarketplace, "deps">): Promise<void> => {
  while (await foldBatches(deps.db, deps.now()));
};

/** What became of each report. */
export const outcomes = async (client: MarketplaceClient, executions: readonly object[]): Promise<string[]> => {
  const { results } = await unwrap(client.recordExecutions({ body: { executions: executions as Report[] } }));
  return results.map(({ outcome, problem }) => problem?.code ?? outcome);
};

/** How many rows a table has. */
export const rowsIn = async ({ database }: Pick<TestMarketplace, "database">, table: string): Promise<number> => {
  const [row] = await database.query<{ n: number }>(`SELECT count(*)::int AS n FROM marketplace.${table}`);
  return row?.n ?? 0;
};

/** A connection of the superuser's, for what holds others up; ends with the test. */
export const behind = async ({ database }: Pick<TestMarketplace, "database">) => {
  const { pool, close } = openDatabase({
    url: database.adminUrl,
    applicationName: "behind",
    onIdleError: () => undefined,
  });
  const client = await pool.connect();
  onTestFinished(async () => {
    client.release(true);
    await close();
  });
  return client;
};
