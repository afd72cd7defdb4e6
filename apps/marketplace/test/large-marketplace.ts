import { type TestDatabase, tellPlans, watchPlans } from "@nofx/testkit";
import { freshDatabase } from "@nofx/testkit/service";
import { fill } from "./many-templates.ts";
import { type MarketplaceClient, marketplace, testTrack } from "./marketplace.ts";

/** Who asks: a tenant that has 40 % of all templates, one that has a hundredth, and nobody in particular. */
export const callers = ["t1", "t30", "anonymous"] as const;
export type Caller = (typeof callers)[number];

/** How many connections to the database there are. */
export const connections = 4;

/** A marketplace with many templates that tells what its statements do. */
export interface LargeMarketplace {
  readonly database: TestDatabase;
  readonly callers: Readonly<Record<Caller, MarketplaceClient>>;
  readonly during: ReturnType<typeof watchPlans>["during"];
  close(): Promise<void>;
}

export const largeMarketplace = async (count: number): Promise<LargeMarketplace> => {
  const database = await freshDatabase(testTrack);
  await fill(database, count);
  await database.query(tellPlans);
  const ends: (() => Promise<void>)[] = [];
  let during: LargeMarketplace["during"] = async () => {
    throw new Error("The service has not started");
  };
  const service = await marketplace(
    { DATABASE_CONNECTIONS_MAX: String(connections) },
    {
      database,
      finished: (end) => void ends.push(end),
      onDeps: (deps) => {
        ({ during } = watchPlans(deps, /\b(find|find_rated|count)_templates\(/));
      },
    },
  );
  const member = async (tenant: string) => service.as(await service.person("viewer", tenant));
  return {
    database,
    callers: { t1: await member("t1"), t30: await member("t30"), anonymous: service.anonymous },
    during: (tables, request) => {
      service.deps.answers.drop(null);
      return during(tables, request);
    },
    close: async () => {
      for (const end of ends) await end();
      await database.drop();
    },
  };
};
