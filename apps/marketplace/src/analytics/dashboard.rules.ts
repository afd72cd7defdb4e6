import { countsOf, runsOf, scoreAt, successOf } from "@nofx/analytics";

import { type AnalyticsDashboard, type DashboardTemplate, dashboardLimits } from "@nofx/contract-marketplace";
import { type RunSums, usdOf } from "./figures.rules.ts";
import { trendHalfLifeMs } from "./popularity.rules.ts";

type Sums = Omit<RunSums, "durationMs">;
interface Address {
  readonly tenant: string;
  readonly templateId: string;
}

/** A template that was run. */
export interface UsedTemplate extends Sums, Address {
  readonly name: string;
  readonly category: string | null;
  readonly isOwn: boolean;
  readonly hasSample: boolean;
}

/** What the database knows of the runs of many templates. */
export interface DashboardRows {
  readonly totals: readonly (Sums & { readonly templates: number; readonly hasSample: boolean })[];
  readonly top: readonly UsedTemplate[];
  readonly trending: readonly (Address & {
    readonly name: string;
    readonly trend: number;
    readonly runs: number;
    readonly hasSample: boolean;
  })[];
  readonly categories: readonly (Sums & { readonly category: string | null; readonly templates: number })[];
  readonly ratings: readonly { readonly stars: readonly [number, number, number, number, number] }[];
}

/** What is told to the template's tenant only. */
const spentOf = ({ tokens, tokensTold, costMicros, costTold }: Sums) => ({
  tokens: { total: tokens, runs: tokensTold },
  cost: { usd: usdOf(costMicros), runs: costTold },
});

/** A template as a dashboard has it. */
export const dashboardTemplate = (row: UsedTemplate): DashboardTemplate => ({
  tenant: row.tenant,
  templateId: row.templateId,
  name: row.name,
  ...countsOf(row),
  ...successOf(row),
  ...(row.isOwn && spentOf(row)),
  includesSample: row.hasSample,
});

const trendingOf = ({ trending }: DashboardRows, now: Date): AnalyticsDashboard["trending"] => ({
  floor: { runs: dashboardLimits.trendingRunsMin, days: dashboardLimits.trendingDays },
  halfLifeDays: trendHalfLifeMs / 86_400_000,
  templates: trending.map(({ tenant, templateId, name, trend, runs, hasSample }) => ({
    tenant,
    templateId,
    name,
    score: scoreAt(trend, now.getTime(), trendHalfLifeMs),
    runs7d: runs,
    includesSample: hasSample,
  })),
});

const ratingsOf = ({ ratings }: DashboardRows): AnalyticsDashboard["ratings"] => {
  const [one, two, three, four, five] = ratings[0]?.stars ?? [0, 0, 0, 0, 0];
  const count = one + two + three + four + five;
  const sum = one + 2 * two + 3 * three + 4 * four + 5 * five;
  return {
    count,
    ...(count > 0 && { average: sum / count }),
    histogram: { 1: one, 2: two, 3: three, 4: four, 5: five },
  };
};

/** Everything that a dashboard tells of runs. */
export const dashboardAnswer = (
  rows: DashboardRows,
  scope: AnalyticsDashboard["scope"],
  now: Date,
): Omit<AnalyticsDashboard, "scope" | "from" | "to" | "asOf"> => {
  const [totals] = rows.totals;
  if (!totals) throw new Error("Totals are one row, also of nothing");
  return {
    includesSample: totals.hasSample,
    totals: {
      ...countsOf(totals),
      templates: totals.templates,
      ...successOf(totals),
      ...(scope === "own" && spentOf(totals)),
    },
    top: rows.top.map(dashboardTemplate),
    trending: trendingOf(rows, now),
    categories: rows.categories
      .filter((row) => runsOf(row) > 0)
      .map((row) => ({
        ...(row.category !== null && { category: row.category }),
        ...countsOf(row),
        templates: row.templates,
        ...successOf(row),
      })),
    ratings: ratingsOf(rows),
  };
};
