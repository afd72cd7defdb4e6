import { countsOf, meanMsOf, successOf } from "@nofx/analytics";
import { analyticsLimits } from "@nofx/contract-marketplace";
import { csvTable } from "@nofx/track-kit";
import type { UsedTemplate } from "./dashboard.rules.ts";
import { dashboardTemplate } from "./dashboard.rules.ts";
import { histogramOf, type LatencyRow, quantileMs, type RunSums, usdOf } from "./figures.rules.ts";

/** Runs of an hour or day, of one version in one environment. */
export interface SeriesRow extends RunSums {
  readonly at: number;
  readonly version: string;
  readonly environment: string;
  readonly hasSample: boolean;
  readonly latencies: readonly LatencyRow[];
}

const limits = { rowsMax: analyticsLimits.csvRows, advice: "ask for a shorter time." };

const counts = ["runs", "succeeded", "failed", "cancelled", "invalid", "successRate"] as const;
const spent = ["tokens", "tokensToldBy", "costUsd", "costToldBy"] as const;
const seriesColumns = [
  "at",
  "version",
  "environment",
  ...counts,
  "meanMs",
  "p50Ms",
  "p95Ms",
  ...spent,
  "sample",
] as const;
const templateColumns = ["tenant", "templateId", "name", ...counts, ...spent, "sample"] as const;

/** A series by version and environment. */
export const seriesCsv = (rows: readonly SeriesRow[]): string =>
  csvTable(
    seriesColumns,
    rows.map((row) => {
      const histogram = histogramOf(row.latencies);
      return {
        at: new Date(row.at).toISOString(),
        version: row.version,
        environment: row.environment,
        ...countsOf(row),
        successRate: successOf(row).success?.rate,
        ...(row.succeeded > 0 && {
          meanMs: meanMsOf(row),
          p50Ms: quantileMs(histogram, 0.5),
          p95Ms: quantileMs(histogram, 0.95),
        }),
        tokens: row.tokens,
        tokensToldBy: row.tokensTold,
        costUsd: usdOf(row.costMicros),
        costToldBy: row.costTold,
        sample: row.hasSample,
      };
    }),
    limits,
  );

/** Templates that were run. */
export const dashboardCsv = (rows: readonly UsedTemplate[]): string =>
  csvTable(
    templateColumns,
    rows.map((row) => {
      const { success, tokens, cost, includesSample, ...rest } = dashboardTemplate(row);
      return {
        ...rest,
        successRate: success?.rate,
        tokens: tokens?.total,
        tokensToldBy: tokens?.runs,
        costUsd: cost?.usd,
        costToldBy: cost?.runs,
        sample: includesSample,
      };
    }),
    limits,
  );
