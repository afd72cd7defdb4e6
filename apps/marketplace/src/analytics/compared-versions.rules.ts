import { compareProportions, type Proportion } from "@nofx/analytics";
import type { VersionComparison } from "@nofx/contract-marketplace";
import { figuresOf, type LatencyRow, noRuns, type RunSums } from "./figures.rules.ts";

/** What the database knows of runs by version. */
export interface ComparedRows {
  readonly totals: readonly (RunSums & {
    readonly version: string;
    readonly firstAt: string;
    readonly hasSample: boolean;
  })[];
  readonly latencies: readonly (LatencyRow & { readonly version: string })[];
  readonly people: readonly { readonly version: string; readonly people: number }[];
}

const sideOf = (rows: ComparedRows, version: string): VersionComparison["a"] => {
  const isIts = (row: { readonly version: string }): boolean => row.version === version;
  const totals = rows.totals.find(isIts);
  return {
    ...figuresOf(totals ?? noRuns, rows.latencies.filter(isIts), rows.people.find(isIts)?.people ?? 0),
    version,
    ...(totals && { firstRunAt: new Date(totals.firstAt).toISOString() }),
  };
};

const proportionOf = ({ succeeded, failed }: VersionComparison["a"]): Proportion => ({
  successes: succeeded,
  trials: succeeded + failed,
});

/** Both versions, and what may be said of the second against the first. */
export const comparisonAnswer = (
  rows: ComparedRows,
  versions: { readonly a: string; readonly b: string },
): Pick<VersionComparison, "a" | "b" | "success" | "includesSample"> => {
  const [a, b] = [sideOf(rows, versions.a), sideOf(rows, versions.b)];
  const { interval, ...compared } = compareProportions(proportionOf(a), proportionOf(b));
  return {
    includesSample: rows.totals.some(({ hasSample }) => hasSample),
    a,
    b,
    success: {
      ...compared,
      ...interval,
      samples: { a: proportionOf(a).trials, b: proportionOf(b).trials },
    },
  };
};
