import { setTimeout as delay } from "node:timers/promises";
import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import type pg from "pg";
import { prompt } from "../../../marketplace/test/templates.ts";
import { progressOf } from "./index-rows.ts";
import { type Clients, until, type Watched, watching } from "./watched.ts";

export interface FollowerReport {
  readonly published: number;
  readonly kills: number;
  /** Kills while a transaction that writes the index was open. */
  readonly inMidBatch: number;
  readonly rows: number;
  /** What followed and rebuilt do not have in common. */
  readonly differences: readonly string[];
}

/** Publishes agents and templates, new ones and versions of those that are there, until it is told to stop. */
const publishing = ({ registry, marketplace }: Clients, pauseMs: number) => {
  let published = 0;
  let goesOn = true;
  const writer = async (name: string): Promise<void> => {
    for (let n = 0; goesOn; n += 1) {
      const [id, version] = [`${name}-${n % 15}`, `1.${n}.0`];
      const description = `Number ${n} of ${name}: ${"lorem ipsum dolor ".repeat(n % 20)}`;
      const visibility = n % 4 === 0 ? "private" : "public";
      const body = { version, description };
      await unwrap(registry.publishAgent({ body: manifest({ ...body, agentId: id }), visibility }));
      await unwrap(marketplace.publishTemplate({ body: prompt({ ...body, templateId: id }), visibility }));
      published += 2;
      await delay(pauseMs);
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
const killOnce = async ({ processes, admin, read }: Watched): Promise<boolean> => {
  const { applied } = await progressOf(read);
  await until(async () => (await progressOf(read)).applied > applied, "the index goes on");
  const isInMidBatch = await midBatch(admin, 3_000);
  await processes.killSearch();
  processes.startSearch();
  return isInMidBatch;
};

/** Publishes while the process that follows is killed again and again; then holds what it has kept against a rebuild. */
export const followThroughKills = (order: {
  readonly kills: number;
  /** Between what one of three writers publishes. */
  readonly pauseMs: number;
}): Promise<FollowerReport> =>
  watching(async (watched) => {
    const writers = publishing(watched.clients, order.pauseMs);
    let inMidBatch = 0;
    for (let kill = 0; kill < order.kills; kill += 1) if (await killOnce(watched)) inMidBatch += 1;
    const published = await writers.stop();
    await watched.untilCaughtUp();
    return { published, kills: order.kills, inMidBatch, ...(await watched.compareWithRebuild()) };
  });
