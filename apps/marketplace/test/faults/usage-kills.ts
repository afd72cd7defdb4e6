import { setTimeout as delay } from "node:timers/promises";
import { unwrap } from "@nofx/client";
import { workflow } from "../templates.ts";
import { rowsIn, type UsageWorld, untilFolded, usageWorld } from "../usage.ts";
import { countRuns, differences, type ModelRun, readRollups } from "../usage-model.ts";
import { runOf, runTemplates, runVersions, shuffledWithDuplicates } from "./generated-runs.ts";
import { type Answers, type Queue, writePatiently } from "./patient-writer.ts";
import { p95Error } from "./percentiles.ts";
import { type ServiceProcess, startServiceProcess } from "./service-process.ts";

export interface UsageReport {
  readonly reports: number;
  readonly interrupted: number;
  readonly otherAnswers: readonly string[];
  /** How often a report was answered as accepted, and as a duplicate. */
  readonly told: Readonly<Record<string, number>>;
  readonly claims: number;
  readonly events: number;
  /** Rollups that are not what counting the runs one after the other gives. */
  readonly differences: readonly string[];
  readonly p95ErrorMax: number;
  readonly reportSeconds: number;
  /** From the last answer until everything was folded. */
  readonly foldSeconds: number;
}

interface Order {
  readonly runs: number;
  readonly batch: number;
  readonly kills: number;
}

/** Two tenants with runs of the same templates. */
const prepare = async (): Promise<UsageWorld> => {
  const world = await usageWorld();
  // Only the process that is killed folds.
  await world.deps.usage.stop();
  for (const templateId of runTemplates) {
    for (const version of runVersions) {
      await unwrap(world.acme.publishTemplate({ body: workflow({ templateId, version }), visibility: "public" }));
    }
  }
  return world;
};

/** Runs of either tenant, shuffled, one in ten twice. */
const queuesOf = (runs: number): [Queue, Queue] => {
  const queueOf = (tenant: number): Queue => {
    const own = Array.from({ length: runs / 2 }, (_, n) => 2 * n + tenant);
    return { order: shuffledWithDuplicates(own, tenant + 1), next: 0 };
  };
  return [queueOf(0), queueOf(1)];
};

/** Kills the service when parts of all reports were answered. */
const killAlong = async (service: ServiceProcess, kills: number, total: number, answers: Answers): Promise<void> => {
  for (let kill = 1; kill <= kills; kill += 1) {
    while (answers.reports < (total * kill) / (kills + 1)) await delay(5);
    await service.kill();
  }
};

const seconds = (ms: number): number => Math.round(ms) / 1000;

/** Reports made-up runs from four writers, each batch until it is answered, while the service is killed. */
export const reportThroughKills = async ({ runs, batch, kills }: Order): Promise<UsageReport> => {
  const world = await prepare();
  const service = await startServiceProcess({ DATABASE_URL: world.database.url, ...(await world.registryEnv()) });
  try {
    const { baseUrl } = service;
    const end = Date.now() - 60_000;
    const answers: Answers = { reports: 0, interrupted: 0, other: new Set(), told: {} };
    const [ofAcme, ofGlobex] = queuesOf(runs);
    const write = ({ token }: { readonly token: string }, queue: Queue) =>
      writePatiently({ baseUrl, token, batch, end }, queue, answers);
    const writers = [0, 1].flatMap(() => [write(world.alice, ofAcme), write(world.mallory, ofGlobex)]);
    const startedAt = performance.now();
    await Promise.all([...writers, killAlong(service, kills, ofAcme.order.length + ofGlobex.order.length, answers)]);
    const reportedAt = performance.now();
    await untilFolded(world, 600_000);
    const foldedAt = performance.now();
    const all = function* (): Iterable<ModelRun> {
      for (let n = 0; n < runs; n += 1) yield runOf(n, end);
    };
    const rollups = await readRollups(world.database);
    return {
      reports: answers.reports,
      interrupted: answers.interrupted,
      otherAnswers: [...answers.other],
      told: answers.told,
      claims: await rowsIn(world, "template_runs"),
      events: await rowsIn(world, "template_events"),
      differences: differences(countRuns(all()), rollups),
      p95ErrorMax: p95Error(all(), rollups),
      reportSeconds: seconds(reportedAt - startedAt),
      foldSeconds: seconds(foldedAt - reportedAt),
    };
  } finally {
    await service.stop();
  }
};
