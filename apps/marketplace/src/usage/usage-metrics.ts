import type { Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { findStanding, type UsageStanding } from "./waiting.store.ts";

/** One collection reads it several times, and many may collect. */
const keptMs = 1_000;

/** Reads the standing at most once in a while; undefined: the database is away, when metrics are wanted most. */
const standingOf = ({ db, now }: Pick<Deps, "db" | "now">): (() => Promise<UsageStanding | undefined>) => {
  let readAt = Number.NEGATIVE_INFINITY;
  let kept: Promise<UsageStanding | undefined> = Promise.resolve(undefined);
  return () => {
    if (performance.now() - readAt < keptMs) return kept;
    readAt = performance.now();
    kept = findStanding(db, now()).catch(() => undefined);
    return kept;
  };
};

/** Tells among the metrics how reports come in, and how the fold keeps up. */
export const watchUsage = ({ metrics }: Pick<Service, "metrics">, deps: Pick<Deps, "db" | "now" | "usage">): void => {
  const { usage, now } = deps;
  const { tally } = usage;
  metrics.counter("nofx_usage_reports_total", "Reports of runs by outcome", "outcome", () => tally.reports);
  metrics.total(
    "nofx_usage_overloads_total",
    "Requests with reports that were told to come again, since too many waited",
    () => tally.overloads,
  );
  metrics.total("nofx_usage_folds_total", "Folds of this process that had something to do", () => tally.folds);
  metrics.total("nofx_usage_folded_reports_total", "Reports that these folds counted", () => tally.foldedReports);
  metrics.total("nofx_usage_fold_seconds_total", "Time that these folds took", () => tally.foldSeconds);
  metrics.gauge("nofx_usage_fold_lag_seconds", "Age of the oldest report that was folded last", usage.foldLagSeconds);

  const standing = standingOf(deps);
  metrics.gauge(
    "nofx_usage_reports_waiting",
    "Reports that are kept and not counted yet, in all processes",
    async () => (await standing())?.reports ?? Number.NaN,
  );
  metrics.gauge("nofx_usage_oldest_waiting_seconds", "Age of the oldest report that is not counted yet", async () => {
    const known = await standing();
    if (!known) return Number.NaN;
    return known.oldestAt === null ? 0 : Math.max(0, (now().getTime() - known.oldestAt.getTime()) / 1000);
  });
  metrics.gauge(
    "nofx_usage_partitions_ahead_days",
    "Days after today for which there is a place for reports",
    async () => (await standing())?.daysAhead ?? Number.NaN,
  );
};
