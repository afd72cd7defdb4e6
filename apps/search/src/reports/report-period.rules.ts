import type { ProblemItem } from "@nofx/contract-kit";
import { type ReportName, reportLimits, reports } from "@nofx/contract-search";

/** What was asked of a report, beside its page. */
export interface AskedReport {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly bucket?: "day" | "week" | "month" | undefined;
  readonly minRuns?: number | undefined;
}

/** What it is made with. */
export interface ReportParameters {
  readonly from: Date;
  readonly to: Date;
  readonly bucket: "day" | "week" | "month";
  readonly minRuns: number;
}

const dayMs = 24 * 60 * 60 * 1000;
const bucketDaysMax = 92;
const minRunsDefault = 5;

const refusal = (parameter: string, message: string): ProblemItem => ({
  path: `$.query.${parameter}`,
  message,
  code: "parameter_refused",
});

/** Parameters that the report does not take: they would be ignored in silence. */
const useless = (name: ReportName, asked: AskedReport): ProblemItem[] =>
  (["from", "to", "bucket", "minRuns"] as const)
    .filter((parameter) => asked[parameter] !== undefined && !reports[name].parameters.some((one) => one === parameter))
    .map((parameter) => refusal(parameter, `The report ${name} takes no \`${parameter}\``));

const periodProblems = (days: number, bucket: ReportParameters["bucket"]): ProblemItem[] => {
  const { daysMax, dailyDaysMax } = reportLimits;
  if (days <= 0) return [refusal("from", "Must be before `to`")];
  if (days > daysMax) return [refusal("from", `At most ${daysMax} days before \`to\``)];
  const isTooLong = bucket === "day" && days > dailyDaysMax;
  return isTooLong ? [refusal("bucket", `By day, at most ${dailyDaysMax} days`)] : [];
};

/** What a report is made with, or everything that is wrong with what was asked. */
export const reportParameters = (
  name: ReportName,
  asked: AskedReport,
  now: Date,
): ReportParameters | { readonly refused: readonly ProblemItem[] } => {
  const to = asked.to === undefined ? now : new Date(asked.to);
  const from =
    asked.from === undefined ? new Date(to.getTime() - reportLimits.daysDefault * dayMs) : new Date(asked.from);
  const days = (to.getTime() - from.getTime()) / dayMs;
  const bucket = asked.bucket ?? (days <= bucketDaysMax ? "day" : "month");
  const refused = [...useless(name, asked), ...periodProblems(days, bucket)];
  return refused.length > 0 ? { refused } : { from, to, bucket, minRuns: asked.minRuns ?? minRunsDefault };
};
