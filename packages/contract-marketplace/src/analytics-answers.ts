import { ResourceId, SemVer, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";
import {
  RunCounts,
  SuccessRate,
  templateTenant,
  UsageFigures,
  UsagePoint,
  UsageScope,
  usageRange,
  usageTruth,
} from "./analytics-figures.ts";
import { CallerKind } from "./execution.ts";

const count = z.int().min(0);
const rest = count.meta({ description: "Runs of all that are not listed" });

/** The length of what one point of a series counts. */
export const UsageBucket = z.enum(["hour", "day"]).meta({ id: "UsageBucket" });
export type UsageBucket = z.infer<typeof UsageBucket>;

/** How much of what an answer lists at the most. */
export const analyticsLimits = {
  daysMax: 400,
  hoursMax: 31 * 24,
  versions: 20,
  cells: 100,
  failures: 50,
  csvRows: 100_000,
} as const;

/** What has changed since the period before: now minus then. */
export const UsageChange = z
  .object({
    runs: z.int(),
    uniqueUsers: z.int(),
    successRate: z.number().optional(),
    p50Ms: z.number().optional(),
    p95Ms: z.number().optional(),
    tokens: z.int(),
    costUsd: z.number(),
  })
  .meta({ id: "UsageChange", description: "Absent where one of the two is not known" });
export type UsageChange = z.infer<typeof UsageChange>;

const address = { tenant: templateTenant, templateId: ResourceId };

/** What is known of a template's runs in a time. */
export const TemplateAnalytics = z
  .object({
    ...address,
    scope: UsageScope,
    ...usageRange,
    bucket: UsageBucket,
    version: SemVer.optional().meta({ description: "Only runs of this version are counted" }),
    environment: z.string().optional().meta({ description: "Only runs in this environment are counted" }),
    ...usageTruth,
    totals: UsageFigures,
    previous: z
      .object({ ...usageRange, totals: UsageFigures, change: UsageChange })
      .meta({ description: "The same length of time right before" }),
    series: z.array(UsagePoint).meta({ description: "Every hour or day of the time, also those without a run" }),
    versions: z
      .object({
        items: z.array(
          RunCounts.extend({
            version: SemVer,
            success: SuccessRate.optional(),
            series: z.array(count).meta({ description: "Runs, a number for each point of `series`" }),
          }),
        ),
        rest,
      })
      .meta({ description: "Who has adopted what: versions that were run, the 20 most frequent first" }),
    matrix: z
      .object({
        items: z.array(
          RunCounts.extend({
            environment: z.string().optional().meta({ description: "Absent: the report named none" }),
            version: SemVer,
            success: SuccessRate.optional(),
          }),
        ),
        rest,
      })
      .meta({ description: "Which version runs where, the 100 most frequent pairs first" }),
    callers: z.array(RunCounts.extend({ callerKind: CallerKind })),
    failures: z
      .object({
        items: z.array(
          z.object({
            outcome: z.enum(["failed", "invalid"]),
            failedStep: z.string().optional(),
            errorClass: z.string().optional(),
            runs: count,
          }),
        ),
        rest,
      })
      .meta({ description: "What failed where, the 50 most frequent first" }),
  })
  .meta({ id: "TemplateAnalytics" });
export type TemplateAnalytics = z.infer<typeof TemplateAnalytics>;

const ComparedVersion = UsageFigures.extend({
  version: SemVer,
  firstRunAt: Timestamp.optional().meta({ description: "The day of its first run in this time" }),
});

/** How two versions of a template did in the same time. */
export const VersionComparison = z
  .object({
    ...address,
    scope: UsageScope,
    ...usageRange,
    environment: z.string().optional(),
    ...usageTruth,
    a: ComparedVersion,
    b: ComparedVersion,
    success: z
      .object({
        difference: z.number().optional().meta({ description: "Success rate of `b` minus that of `a`" }),
        low: z.number().optional().meta({ description: "Lower end of the 95 % interval (Newcombe)" }),
        high: z.number().optional(),
        samples: z.object({ a: count, b: count }).meta({ description: "Runs that succeeded or failed" }),
        verdict: z.enum(["better", "worse", "unclear"]).meta({
          description:
            "What holds for `b` at both ends of the interval; `unclear`: neither does, or too little was run",
        }),
      })
      .meta({ description: "Absent numbers: one of them has no run that succeeded or failed" }),
  })
  .meta({ id: "VersionComparison" });
export type VersionComparison = z.infer<typeof VersionComparison>;
