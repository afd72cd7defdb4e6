import { setTimeout as delay } from "node:timers/promises";
import { type Client, createClient, unwrap } from "@nofx/client";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { registryContract } from "@nofx/contract-registry";
import { searchContract } from "@nofx/contract-search";
import pg from "pg";
import { differencesOf, progressOf, type Read, rowsOf } from "./index-rows.ts";
import { type Processes, startProcesses } from "./processes.ts";

export interface Clients {
  readonly registry: Client<typeof registryContract>;
  readonly marketplace: Client<typeof marketplaceContract>;
  /** Of nobody in particular: answered also while nobody knows tokens. */
  readonly search: Client<typeof searchContract>;
}

/** All processes, a publisher, and what is seen behind their backs. */
export interface Watched {
  readonly processes: Processes;
  readonly clients: Clients;
  readonly admin: pg.Client;
  readonly read: Read;
  /** Waits until everything that has been published is in the index. */
  untilCaughtUp(): Promise<void>;
  /** What followed and rebuilt do not have in common, and of how many rows. */
  compareWithRebuild(): Promise<{ readonly rows: number; readonly differences: readonly string[] }>;
}

const patienceMs = 60_000;

/** Waits for something, not for ever. */
export const until = async (isSo: () => Promise<boolean>, what: string): Promise<void> => {
  const deadline = Date.now() + patienceMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`Not within ${patienceMs} ms: ${what}`);
    await delay(20);
  }
};

const clientsOf = async ({ urls, operatorToken }: Processes): Promise<Clients> => {
  const operator = createClient(registryContract, { baseUrl: urls.registry, token: operatorToken, retries: 0 });
  await unwrap(operator.createTenant({ body: { id: "acme", name: "Acme" } }));
  const issued = await unwrap(operator.createToken({ body: { name: "p", role: "publisher", tenant: "acme" } }));
  const token = issued.secret;
  return {
    registry: createClient(registryContract, { baseUrl: urls.registry, token, retries: 0 }),
    marketplace: createClient(marketplaceContract, { baseUrl: urls.marketplace, token, retries: 0 }),
    search: createClient(searchContract, { baseUrl: urls.search, retries: 0 }),
  };
};

const feedEnds = async ({ registry, marketplace }: Clients): Promise<string[]> => [
  (await unwrap(marketplace.listMarketplaceChanges({ from: "now" }))).next,
  (await unwrap(registry.listChanges({ from: "now" }))).next,
];

/** Builds the index anew beside, as an operator's request would. */
const rebuild = async (admin: pg.Client, read: Read, generation: number): Promise<void> => {
  // An index of older rules is rebuilt by the process itself.
  await admin.query("UPDATE search.generations SET projection = 0 WHERE is_current");
  await until(async () => {
    const progress = await progressOf(read);
    return progress.generation > generation && progress.isBuilt;
  }, "the index is rebuilt");
};

const watch = (processes: Processes, clients: Clients, admin: pg.Client): Watched => {
  const read: Read = async <Row extends object>(text: string) => (await admin.query<Row>(text)).rows;
  return {
    processes,
    clients,
    admin,
    read,
    untilCaughtUp: () =>
      until(async () => {
        const [ends, { cursors, isBuilt }] = [await feedEnds(clients), await progressOf(read)];
        return isBuilt && ends.join() === cursors.join();
      }, "the index has caught up"),
    compareWithRebuild: async () => {
      const { generation } = await progressOf(read);
      const followed = await rowsOf(read, generation);
      await rebuild(admin, read, generation);
      const rebuilt = await rowsOf(read, (await progressOf(read)).generation);
      return { rows: followed.length, differences: differencesOf(followed, rebuilt) };
    },
  };
};

/** Starts all processes for some work, and ends them with it. */
export const watching = async <T>(work: (watched: Watched) => Promise<T>): Promise<T> => {
  const processes = await startProcesses();
  const admin = new pg.Client({ connectionString: processes.adminUrl });
  try {
    await admin.connect();
    return await work(watch(processes, await clientsOf(processes), admin));
  } finally {
    await admin.end();
    await processes.stop();
  }
};
