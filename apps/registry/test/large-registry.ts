import { createClient, unwrap } from "@nofx/client";
import { registryContract } from "@nofx/contract-registry";
import { createLogger } from "@nofx/service-kit";
import { fetchInto, type TestDatabase, tellPlans, watchPlans } from "@nofx/testkit";
import { buildApp, createDeps, readEnv } from "../src/index.ts";
import { fill } from "./many-agents.ts";
import { freshDatabase, operatorToken, type RegistryClient } from "./registry.ts";

/** Who asks: a tenant that has 40 % of all agents, one that has a hundredth, and nobody in particular. */
export const callers = ["t1", "t30", "anonymous"] as const;
export type Caller = (typeof callers)[number];

/** A registry with many agents that tells what its statements do. */
export interface LargeRegistry {
  readonly database: TestDatabase;
  readonly operator: RegistryClient;
  as(token: string): RegistryClient;
  readonly callers: Readonly<Record<Caller, RegistryClient>>;
  readonly during: ReturnType<typeof watchPlans>["during"];
  close(): Promise<void>;
}

export const largeRegistry = async (count: number): Promise<LargeRegistry> => {
  const database = await freshDatabase();
  await fill(database, count);
  await database.query(tellPlans);
  const env = readEnv({ DATABASE_URL: database.url, BOOTSTRAP_TOKEN: operatorToken, DATABASE_CONNECTIONS_MAX: "4" });
  const deps = createDeps(env, { log: createLogger("registry", "silent") });
  const plans = watchPlans(deps, /\b(list|find)_agents\(/);
  const service = await buildApp(deps);
  const fetch = fetchInto(service.fastify);
  const clientOf = (token?: string) =>
    createClient(registryContract, { baseUrl: "http://registry.test", token, fetch, retries: 0 });
  const operator = clientOf(operatorToken);
  const member = async (tenant: string) => {
    const order = { name: "admin", tenant, role: "admin" } as const;
    return clientOf((await unwrap(operator.createToken({ body: order }))).secret);
  };
  return {
    database,
    operator,
    as: clientOf,
    callers: { t1: await member("t1"), t30: await member("t30"), anonymous: clientOf() },
    during: (tables, request) => {
      deps.answers.drop(null);
      return plans.during(tables, request);
    },
    close: async () => {
      await service.fastify.close();
      await deps.close();
      await database.drop();
    },
  };
};
