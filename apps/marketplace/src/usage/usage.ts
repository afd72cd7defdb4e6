import { setTimeout as delay } from "node:timers/promises";
import type { ReportedItem } from "@nofx/contract-marketplace";
import { type Database, ifFull, startDrain } from "@nofx/db-kit";
import { BulkheadRejectedError, bulkhead } from "cockatiel";
import type { DB } from "../db/schema.gen.ts";
import { problem } from "../problem.ts";
import { foldBatches } from "./fold.store.ts";
import { makePartitions } from "./partition.store.ts";
import { tellAgentUsage, toldMax } from "./tell-agent-usage.ts";

/** What became of a report. */
export type ReportOutcome = ReportedItem["outcome"];

/** What has been counted since the process started. */
export interface UsageTally {
  readonly reports: ReadonlyMap<ReportOutcome, number>;
  /** Requests that were told to come again. */
  readonly overloads: number;
  readonly folds: number;
  readonly foldedReports: number;
  readonly foldSeconds: number;
}

/** How reports come in, and what runs beside that. */
export interface Usage {
  /** Runs work that keeps reports, a few at a time; a few more wait. @throws usage_overloaded */
  admit<T>(work: () => Promise<T>): Promise<T>;
  /** There is something to fold. */
  kick(): void;
  /** So many reports had this outcome. */
  count(outcome: ReportOutcome, reports: number): void;
  readonly tally: UsageTally;
  /** How old the oldest report was that was folded last. */
  foldLagSeconds(): number;
  stop(): Promise<void>;
}

const atOnce = 4;
const waitingMax = 64;
const foldPollMs = 250;
/** Between two folds: what comes in meanwhile meets in the same rows, which are written once instead of for each batch. */
const foldPauseMs = 100;
const partitionPollMs = 60 * 60_000;
const tellPollMs = 1_000;

/** Makes partitions once a day, before the first report of the day; a day that could not be prepared is tried again. */
const preparedDays = (db: Database<DB>, now: () => Date): (() => Promise<void>) => {
  let prepared: string | undefined;
  return async () => {
    const today = now().toISOString().slice(0, 10);
    if (prepared === today) return;
    await makePartitions(db, now());
    prepared = today;
  };
};

/** Starts the fold, the upkeep of partitions, and what tells the feed how agents are used. Any number of processes may. */
export const startUsage = (
  db: Database<DB>,
  { now, onError }: { readonly now: () => Date; readonly onError: (error: Error) => void },
): Usage => {
  const gate = bulkhead(atOnce, waitingMax);
  const prepare = preparedDays(db, now);
  const reports = new Map<ReportOutcome, number>([
    ["accepted", 0],
    ["duplicate", 0],
    ["refused", 0],
  ]);
  const tally = { reports, overloads: 0, folds: 0, foldedReports: 0, foldSeconds: 0 };
  let lagMs = 0;
  let begunAt = Number.NEGATIVE_INFINITY;
  const fold = async (): Promise<number> => {
    const earlyMs = begunAt + foldPauseMs - performance.now();
    if (earlyMs > 0) await delay(earlyMs);
    begunAt = performance.now();
    const folded = await foldBatches(db, now());
    if (!folded) return 0;
    lagMs = Math.max(0, now().getTime() - folded.oldestAt.getTime());
    tally.folds += 1;
    tally.foldedReports += folded.events;
    tally.foldSeconds += (performance.now() - begunAt) / 1000;
    return folded.batches;
  };
  const tell = async (): Promise<number> => ifFull(await tellAgentUsage({ db, now }), toldMax);
  const running = [
    startDrain(fold, { pollMs: foldPollMs, onError }),
    startDrain(() => prepare().then(() => 0), { pollMs: partitionPollMs, onError }),
    startDrain(tell, { pollMs: tellPollMs, onError }),
  ] as const;
  return {
    admit: (work) =>
      gate
        .execute(async () => {
          await prepare();
          return await work();
        })
        .catch((error: unknown) => {
          if (!(error instanceof BulkheadRejectedError)) throw error;
          tally.overloads += 1;
          throw problem("usage_overloaded", { headers: { "retry-after": "1" } });
        }),
    kick: running[0].kick,
    count: (outcome, more) => void reports.set(outcome, (reports.get(outcome) ?? 0) + more),
    tally,
    foldLagSeconds: () => lagMs / 1000,
    stop: async () => void (await Promise.all(running.map((each) => each.stop()))),
  };
};
