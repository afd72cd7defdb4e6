import { setTimeout as delay } from "node:timers/promises";
import { unwrap } from "@nofx/client";
import type { Freshness } from "@nofx/contract-search";
import { manifest } from "@nofx/testkit";
import { prompt } from "../../../marketplace/test/templates.ts";
import { type Clients, until, type Watched, watching } from "./watched.ts";

export interface OutageReport {
  /** Templates that the marketplace took while the registry was away. */
  readonly during: number;
  /** Those that it did not take, since nobody could be asked about the token any more. */
  readonly refused: number;
  /** Searches while the registry was away. */
  readonly searches: number;
  /** What search said of itself at the end of that time. */
  readonly whileAway: Freshness;
  readonly afterwards: Freshness;
  /** Ids of what was published and is not found. */
  readonly missing: readonly string[];
  readonly rows: number;
  readonly differences: readonly string[];
}

const publishBoth = async ({ registry, marketplace }: Clients, name: string, count: number): Promise<string[]> => {
  const ids = Array.from({ length: count }, (_, n) => `${name}-${n}`);
  for (const id of ids) {
    await unwrap(registry.publishAgent({ body: manifest({ agentId: id }) }));
    await unwrap(marketplace.publishTemplate({ body: prompt({ templateId: id }) }));
  }
  return ids.flatMap((id) => [`agent/${id}`, `template/${id}`]);
};

/** Publishes templates, and searches without a token, for so long. */
const workWhileAway = async ({ marketplace, search }: Clients, forMs: number) => {
  const deadline = Date.now() + forMs;
  const taken: string[] = [];
  let [refused, searches] = [0, 0];
  for (let n = 0; Date.now() < deadline; n += 1) {
    const templateId = `during-${n}`;
    const answered = await marketplace.publishTemplate({ body: prompt({ templateId }) });
    if (answered.ok) taken.push(`template/${templateId}`);
    else if (answered.status === 503) refused += 1;
    else throw new Error(answered.problem.title);
    await unwrap(search.unifiedSearch({ q: "coach" }));
    searches += 1;
    await delay(100);
  }
  return { taken, refused, searches };
};

const missingOf = async ({ read }: Watched, published: readonly string[]): Promise<string[]> => {
  const rows = await read<{ name: string }>(`
    SELECT document ->> 'type' || '/' || (document ->> 'id') AS name FROM search.index_documents
    WHERE generation = (SELECT generation FROM search.generations WHERE is_current)`);
  const there = new Set(rows.map(({ name }) => name));
  return published.filter((name) => !there.has(name));
};

const freshnessOf = async ({ search }: Clients): Promise<Freshness> =>
  (await unwrap(search.unifiedSearch({ q: "coach" }))).freshness;

/** Stops the registry for so long while the marketplace publishes, starts it again, and tells what became of the index. */
export const followThroughOutage = (order: { readonly outageMs: number }): Promise<OutageReport> =>
  watching(async (watched) => {
    const { clients, processes } = watched;
    const before = await publishBoth(clients, "before", 50);
    // What was told last may not have been read yet.
    await processes.stopRegistry();
    const { taken, refused, searches } = await workWhileAway(clients, order.outageMs);
    const whileAway = await freshnessOf(clients);
    await processes.startRegistry();
    const after = await publishBoth(clients, "after", 20);
    await watched.untilCaughtUp();
    await until(async () => !(await freshnessOf(clients)).stale, "the answers are fresh");
    return {
      during: taken.length,
      refused,
      searches,
      whileAway,
      afterwards: await freshnessOf(clients),
      missing: await missingOf(watched, [...before, ...taken, ...after]),
      ...(await watched.compareWithRebuild()),
    };
  });
