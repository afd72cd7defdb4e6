import { type TestDatabase, tellPlans, watchPlans } from "@nofx/testkit";
import { freshDatabase } from "@nofx/testkit/service";
import { onTestFinished } from "vitest";
import { type MarketplaceClient, marketplace, testTrack } from "./marketplace.ts";
import { fillYear, type Year } from "./year-of-runs.ts";

/** A marketplace with a year of runs, and what its statements do, if that is told. */
export interface YearWorld {
  readonly database: TestDatabase;
  readonly acme: MarketplaceClient;
  readonly globex: MarketplaceClient;
  readonly during: ReturnType<typeof watchPlans>["during"];
}

/** Starts it for one test. Telling plans costs time: not where that is measured. */
export const yearWorld = async (year: Year, { plans }: { readonly plans: boolean }): Promise<YearWorld> => {
  const database = await freshDatabase(testTrack);
  onTestFinished(() => database.drop());
  await fillYear(database, year);
  if (plans) await database.query(tellPlans);
  let during: YearWorld["during"] = async () => ({ scanned: [], blocks: 0, rows: 0 });
  const world = await marketplace(
    { DATABASE_CONNECTIONS_MAX: plans ? "2" : "4" },
    {
      database,
      onDeps: (deps) => {
        ({ during } = watchPlans(deps, /\b(used|trending)_templates\(/));
      },
    },
  );
  return {
    database,
    acme: world.as(await world.person("viewer", "acme")),
    globex: world.as(await world.person("viewer", "globex")),
    during,
  };
};
