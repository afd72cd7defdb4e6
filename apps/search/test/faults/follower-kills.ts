import { setTimeout as delay } from "node:timers/promises";
import { type Client, createClient, unwrap } from "@nofx/client";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { registryContract } from "@nofx/contract-registry";
import { manifest } from "@nofx/testkit";
import pg from "pg";
import { prompt } from "../../../marketplace/test/templates.ts";
import { progressOf, rowsOf } from "./index-rows.ts";
import { type Processes, startProcesses } from "./processes.ts";

export interface FollowerReport {
  readonly published: number;
  readonly kills: number;
  /** Kills while a transaction that writes the index was open. */
  readonly inMidBatch: number;
  readonly rows: number;
  /** What followed and rebuilt do not have in common. */
  readonly differences: readonly string[];
}

interface Clients {
  readonly registry: Client<typeof registryContract>;
  readonly marketplace: Client<typeof marketplaceContract>;
}

const clientsOf = async ({ registryUrl, marketplaceUrl, operatorToken }: Processes): Promise<Clients> => {
  const operator = createClient(registryContract, { baseUrl: registryUrl, token: operatorToken, retries: 0 });
  await unwrap(operator.createTenant({ body: { id: "acme", name: "Acme" } }));
  const issued = await unwrap(operator.createToken({ body: { name: "p", role: "publisher", tenant: "acme" } }));
  const token = issued.secret;
  return {
    registry: createClient(registryContract, { baseUrl: registryUrl, token, retries: 0 }),
    marketplace: createClient(marketplaceContract, { baseUrl: marketplaceUrl, token, retries: 0 }),
  };
};

/** Publishes agents and templates, new ones and versions of those that are there, until it is told to stop. */
const publishing = ({ registry, marketplace }: Clients) => {
  let published = 0;
  let goesOn = true;
  const writer = async (name: string): Promise<void> => {
    for (let n = 0; goesOn; n += 1) {
      const [id, version] = [`${name}-${n % 15}`, `1.0.${n}`];
      const description = `Number ${n} of ${name}: ${"lorem ipsum dolor ".repeat(n % 20)}`;
      const visibility = n % 3 === 0 ? "private" : "public";
      const body = { version, description, visibility } as const;
      await unwrap(registry.publishAgent({ body: manifest({ ...body, agentId: id }) }));
      await unwrap(marketplace.publishTemplate({ body: prompt({ ...body, templateId: id }) }));
      published += 2;
      await delay(5);
    }
  };
  const writers = Promise.all(["a", "b", "c"].map(writer));
  return {
    stop: async (): Promise<number> => {
      goesOn = false;
      await writers;
      return published;
    },
  };
};

const patienceMs = 60_000;

const until = async (isSo: () => Promise<boolean>, what: string): Promise<void> => {
  const deadline = Date.now() + patienceMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`Not within ${patienceMs} ms: ${what}`);
    await delay(5);
  }
};

/** Waits for a moment in which the index is being written, at most so long: tells whether it came. */
const midBatch = async (admin: pg.Client, forMs: number): Promise<boolean> => {
  const deadline = Date.now() + forMs;
  while (Date.now() < deadline) {
    const { rowCount } = await admin.query(`
      SELECT FROM pg_stat_activity WHERE application_name = 'search' AND backend_xid IS NOT NULL
        AND query ~ '(records|index_apply|quarantine|record_categories)'`);
    if (rowCount) return true;
  }
  return false;
};

/** Kills the process when it has gone on since the last time and is in the middle of a batch. */
const killOnce = async (processes: Processes, admin: pg.Client): Promise<boolean> => {
  const { applied } = await progressOf(admin);
  await until(async () => (await progressOf(admin)).applied > applied, "the index goes on");
  const isInMidBatch = await midBatch(admin, 3_000);
  await processes.killSearch();
  processes.startSearch();
  return isInMidBatch;
};

const feedEnds = async ({ registry, marketplace }: Clients): Promise<string[]> => [
  (await unwrap(marketplace.listMarketplaceChanges({ from: "now" }))).next,
  (await unwrap(registry.listChanges({ from: "now" }))).next,
];

/** Builds the index anew beside, as an operator's request would. */
const rebuild = async (admin: pg.Client, generation: number): Promise<void> => {
  // An index of older rules is rebuilt by the process itself.
  await admin.query("UPDATE search.generations SET projection = 0 WHERE is_current");
  await until(async () => {
    const progress = await progressOf(admin);
    return progress.generation > generation && progress.isBuilt;
  }, "the index is rebuilt");
};

const differencesOf = (followed: readonly string[], rebuilt: readonly string[]): string[] => {
  const [one, other] = [new Set(followed), new Set(rebuilt)];
  return [
    ...followed.filter((line) => !other.has(line)).map((line) => `only followed: ${line}`),
    ...rebuilt.filter((line) => !one.has(line)).map((line) => `only rebuilt: ${line}`),
  ];
};

/** Publishes while the process that follows is killed again and again; then holds what it has kept against a rebuild. */
export const followThroughKills = async (order: { readonly kills: number }): Promise<FollowerReport> => {
  const processes = await startProcesses();
  const admin = new pg.Client({ connectionString: processes.adminUrl });
  try {
    await admin.connect();
    const clients = await clientsOf(processes);
    const writers = publishing(clients);
    let inMidBatch = 0;
    for (let kill = 0; kill < order.kills; kill += 1) if (await killOnce(processes, admin)) inMidBatch += 1;
    const published = await writers.stop();
    await until(async () => {
      const [ends, { cursors, isBuilt }] = [await feedEnds(clients), await progressOf(admin)];
      return isBuilt && ends.join() === cursors.join();
    }, "the index has caught up");
    const { generation } = await progressOf(admin);
    const followed = await rowsOf(admin, generation);
    await rebuild(admin, generation);
    const rebuilt = await rowsOf(admin, (await progressOf(admin)).generation);
    const report = { published, kills: order.kills, inMidBatch, rows: followed.length };
    return { ...report, differences: differencesOf(followed, rebuilt) };
  } finally {
    await admin.end();
    await processes.stop();
  }
};
