import { type Database, type FeedSignal, feedSignal, ifFull, startChannelListener, startDrain } from "@nofx/db-kit";
import type { ResponseCache } from "@nofx/service-kit";
import type { DB } from "../db/schema.gen.ts";
import { usageChannel } from "../usage/fold.store.ts";
import { refreshMax, refreshStale } from "./popularity.store.ts";

/** What runs beside requests, so that they see what has been counted. */
export interface Analytics {
  /** Wakes whoever follows: something has been counted. */
  readonly signal: FeedSignal;
  stop(): Promise<void>;
}

const stalePollMs = 60_000;
/** Lists and details show how templates are run: what is kept of them is at most so much older than what was counted. */
const answersAgeMs = 1_000;

/** Runs work at once, and at most once in a while; what is asked for meanwhile is done at its end. */
const atMostEvery = (ms: number, work: () => void): { ask(): void; stop(): void } => {
  let timer: NodeJS.Timeout | undefined;
  let isWanted = false;
  const rest = (): void => {
    timer = undefined;
    if (!isWanted) return;
    isWanted = false;
    ask();
  };
  const ask = (): void => {
    if (timer) {
      isWanted = true;
      return;
    }
    work();
    timer = setTimeout(rest, ms);
  };
  return { ask, stop: () => clearTimeout(timer) };
};

/** Starts what hears of folds and keeps popularity up to date as days pass. Any number of processes may. */
export const startAnalytics = (
  db: Database<DB>,
  {
    now,
    onError,
    answers,
  }: { readonly now: () => Date; readonly onError: (error: Error) => void; readonly answers: ResponseCache },
): Analytics => {
  const signal = feedSignal();
  const outdated = atMostEvery(answersAgeMs, () => answers.drop(null));
  const counted = (): void => {
    outdated.ask();
    signal.signal(null);
  };
  const listener = startChannelListener({
    url: db.listenUrl,
    channel: usageChannel,
    applicationName: "marketplace usage",
    onPayload: counted,
    onReconnect: counted,
    onError,
  });
  const refresh = async (): Promise<number> => {
    const refreshed = await refreshStale(db, now());
    if (refreshed > 0) outdated.ask();
    return ifFull(refreshed, refreshMax);
  };
  const drain = startDrain(refresh, { pollMs: stalePollMs, onError });
  return {
    signal,
    stop: async () => {
      outdated.stop();
      await Promise.all([listener.stop(), drain.stop()]);
    },
  };
};
