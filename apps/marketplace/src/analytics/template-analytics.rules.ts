import { bucketsOf, countsOf, meanMsOf, rangeBefore, runsOf, successOf, type UsageRange } from "@nofx/analytics";
import {
  analyticsLimits,
  type TemplateAnalytics,
  type UsageChange,
  type UsageFigures,
  type UsagePoint,
} from "@nofx/contract-marketplace";
import { figuresOf, histogramOf, type LatencyRow, noRuns, quantileMs, type RunSums, usdOf } from "./figures.rules.ts";

/** When the hour or day begins, in milliseconds since 1970. */
interface At {
  readonly at: number;
}
/** Whether it is of the time that was asked for; else of the one before. */
interface Period {
  readonly now: boolean;
}

/** What the database knows of a template's runs. */
export interface UsageRows {
  readonly totals: readonly (RunSums & Period)[];
  readonly series: readonly (RunSums & At)[];
  readonly versions: readonly (RunSums & { readonly version: string })[];
  readonly adoption: readonly ({ readonly version: string; readonly runs: number } & At)[];
  readonly matrix: readonly (RunSums & { readonly version: string; readonly environment: string })[];
  readonly callers: readonly (RunSums & { readonly callerKind: string })[];
  readonly latencies: readonly (LatencyRow & At)[];
  readonly people: readonly (Period & { readonly people: number })[];
  readonly failures: readonly FailureRow[];
  readonly hasSample: boolean;
}

interface FailureRow {
  readonly outcome: string;
  readonly failedStep: string;
  readonly errorClass: string;
  readonly runs: number;
}

type Answer<Field extends keyof TemplateAnalytics> = TemplateAnalytics[Field];

const pointOf = (at: number, sums: RunSums, latencies: readonly LatencyRow[]): UsagePoint => {
  const { success } = successOf(sums);
  const histogram = histogramOf(latencies);
  return {
    at: new Date(at).toISOString(),
    ...countsOf(sums),
    ...(success && { successRate: success.rate }),
    ...(sums.succeeded > 0 && {
      meanMs: meanMsOf(sums),
      p50Ms: quantileMs(histogram, 0.5),
      p95Ms: quantileMs(histogram, 0.95),
    }),
    tokens: sums.tokens,
    costUsd: usdOf(sums.costMicros),
  };
};

const seriesOf = (rows: UsageRows, starts: readonly number[]): UsagePoint[] => {
  const sums = new Map(rows.series.map((row) => [row.at, row]));
  const latencies = Map.groupBy(rows.latencies, ({ at }) => at);
  return starts.map((at) => pointOf(at, sums.get(at) ?? noRuns, latencies.get(at) ?? []));
};

/** The first of what is sorted, and how many runs the others have. */
const topOf = <Row, Item>(
  rows: readonly Row[],
  limit: number,
  runs: (row: Row) => number,
  item: (row: Row) => Item,
): { items: Item[]; rest: number } => ({
  items: rows.slice(0, limit).map(item),
  rest: rows.slice(limit).reduce((sum, row) => sum + runs(row), 0),
});

const versionsOf = ({ versions, adoption }: UsageRows, starts: readonly number[]): Answer<"versions"> => {
  const runs = new Map(adoption.map(({ at, version, runs }) => [`${version} ${at}`, runs]));
  return topOf(versions, analyticsLimits.versions, runsOf, (row) => ({
    ...countsOf(row),
    version: row.version,
    ...successOf(row),
    series: starts.map((at) => runs.get(`${row.version} ${at}`) ?? 0),
  }));
};

const matrixOf = ({ matrix }: UsageRows): Answer<"matrix"> =>
  topOf(matrix, analyticsLimits.cells, runsOf, (row) => ({
    ...countsOf(row),
    ...(row.environment !== "" && { environment: row.environment }),
    version: row.version,
    ...successOf(row),
  }));

const failuresOf = ({ failures }: UsageRows): Answer<"failures"> =>
  topOf(
    failures,
    analyticsLimits.failures,
    ({ runs }) => runs,
    ({ outcome, failedStep, errorClass, runs }) => ({
      outcome: outcome as "failed" | "invalid",
      ...(failedStep !== "" && { failedStep }),
      ...(errorClass !== "" && { errorClass }),
      runs,
    }),
  );

const minus = (now: number | undefined, then: number | undefined): number | undefined =>
  now === undefined || then === undefined ? undefined : now - then;

/** What has changed; money to the millionth, as it is kept. */
const changeOf = (now: UsageFigures, then: UsageFigures): UsageChange => {
  const known = {
    successRate: minus(now.success?.rate, then.success?.rate),
    p50Ms: minus(now.duration?.p50Ms, then.duration?.p50Ms),
    p95Ms: minus(now.duration?.p95Ms, then.duration?.p95Ms),
  };
  return {
    runs: now.runs - then.runs,
    uniqueUsers: now.uniqueUsers - then.uniqueUsers,
    ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
    tokens: now.tokens.total - then.tokens.total,
    costUsd: Math.round((now.cost.usd - then.cost.usd) * 1e6) / 1e6,
  };
};

const totalsOf = (rows: UsageRows, isNow: boolean, range: UsageRange): UsageFigures =>
  figuresOf(
    rows.totals.find(({ now }) => now === isNow) ?? noRuns,
    rows.latencies.filter(({ at }) => at >= range.from.getTime() === isNow),
    rows.people.find(({ now }) => now === isNow)?.people ?? 0,
  );

/** Everything that an answer tells of runs. */
export const usageAnswer = (
  rows: UsageRows,
  range: UsageRange,
): Pick<TemplateAnalytics, "totals" | "previous" | "series" | "versions" | "matrix" | "callers" | "failures"> => {
  const starts = bucketsOf(range);
  const before = rangeBefore(range);
  const [now, then] = [totalsOf(rows, true, range), totalsOf(rows, false, range)];
  return {
    totals: now,
    previous: {
      from: before.from.toISOString(),
      to: before.to.toISOString(),
      totals: then,
      change: changeOf(now, then),
    },
    series: seriesOf(rows, starts),
    versions: versionsOf(rows, starts),
    matrix: matrixOf(rows),
    callers: rows.callers.map((row) => ({
      ...countsOf(row),
      callerKind: row.callerKind as Answer<"callers">[number]["callerKind"],
    })),
    failures: failuresOf(rows),
  };
};
