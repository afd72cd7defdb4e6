import { RunCounts, SuccessRate, TenantId, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";

export { RunCounts, SuccessRate } from "@nofx/contract-kit";

const count = z.int().min(0);
const rate = z.number().min(0).max(1);
const milliseconds = z.number().min(0);

const success = SuccessRate.optional().meta({ description: "Absent if no run has succeeded or failed" });

/** How long runs that succeeded took. */
export const RunDurations = z
  .object({ meanMs: milliseconds, p50Ms: milliseconds, p95Ms: milliseconds, p99Ms: milliseconds })
  .meta({ id: "RunDurations", description: "The mean is exact, quantiles are within 5 %" });
export type RunDurations = z.infer<typeof RunDurations>;

const duration = RunDurations.optional().meta({ description: "Of the runs that succeeded; absent if none has" });

/** A sum over the runs that told. */
export const toldBy = count.meta({ description: "How many runs told it" });
export const RunTokens = z.object({ total: count, runs: toldBy }).meta({ id: "RunTokens" });
export const RunCost = z.object({ usd: z.number().min(0), runs: toldBy }).meta({ id: "RunCost" });

/** What runs of a time add up to. */
export const UsageFigures = RunCounts.extend({
  uniqueUsers: count.meta({ description: "Different people of all tenants that are counted" }),
  success,
  duration,
  tokens: RunTokens,
  cost: RunCost,
}).meta({ id: "UsageFigures" });
export type UsageFigures = z.infer<typeof UsageFigures>;

/** The runs of one hour or day. */
export const UsagePoint = RunCounts.extend({
  at: Timestamp.meta({ description: "When the hour or day begins (UTC)" }),
  successRate: rate.optional(),
  meanMs: milliseconds.optional(),
  p50Ms: milliseconds.optional(),
  p95Ms: milliseconds.optional(),
  tokens: count,
  costUsd: z.number().min(0),
}).meta({ id: "UsagePoint" });
export type UsagePoint = z.infer<typeof UsagePoint>;

/** Which hours or days are counted. */
export const usageRange = {
  from: Timestamp.meta({ description: "The first moment that is counted: where an hour or day begins" }),
  to: Timestamp.meta({ description: "The first moment that is not" }),
};

/** Up to when everything that was acknowledged is counted, and whether some of it is made up. */
export const usageTruth = {
  asOf: Timestamp.meta({ description: "Everything that was acknowledged before is counted" }),
  includesSample: z.boolean().meta({ description: "Some of the runs are made up (`sample`)" }),
};

/** Whose runs are counted. */
export const UsageScope = z.enum(["all", "own"]).meta({
  id: "UsageScope",
  description: "`all`: the template is your tenant's, and all runs of it count; `own`: only your tenant's do",
});
export type UsageScope = z.infer<typeof UsageScope>;

/** Whose template, as query parameter or field. */
export const templateTenant = TenantId.meta({ description: "The template's tenant" });

/** What lists and details tell of a template's runs: of the last 30 days of UTC, today included. */
export const TemplateUsage = z
  .object({
    usageCount30d: count.meta({ description: "All runs, however they ended" }),
    successCount30d: count,
    failureCount30d: count,
    successRate30d: rate.meta({
      description: "successCount30d / (successCount30d + failureCount30d); 0 if nothing has succeeded or failed",
    }),
    averageDurationSeconds: z.number().min(0).optional().meta({ description: "Of the runs that succeeded" }),
    averageTokenUsage: z.number().min(0).optional().meta({ description: "Of the runs that told their tokens" }),
    lastRunAt: Timestamp.optional().meta({ description: "When the last run of any time ended" }),
    sample: z.literal(true).optional().meta({ description: "Some of the runs are made up" }),
  })
  .meta({ id: "TemplateUsage" });
export type TemplateUsage = z.infer<typeof TemplateUsage>;

/** Beside a template in lists. */
export const popularityScore = z.number().min(0).meta({
  description: "usageCount30d × successRate30d: how often it has been run in the last 30 days, and how well",
});
