import { ResourceId, TenantId, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";
import { RunCost, RunCounts, RunTokens, SuccessRate, usageRange, usageTruth } from "./analytics-figures.ts";

const count = z.int().min(0);

/** How much a dashboard shows, and what it takes to be trending. */
export const dashboardLimits = { templates: 10, categories: 50, trendingRunsMin: 10, trendingDays: 7 } as const;

const own = "Only of your own tenant's templates";

/** A template on a dashboard. */
export const DashboardTemplate = RunCounts.extend({
  tenant: TenantId,
  templateId: ResourceId,
  name: z.string(),
  success: SuccessRate.optional(),
  tokens: RunTokens.optional().meta({ description: own }),
  cost: RunCost.optional().meta({ description: own }),
  includesSample: z.boolean(),
}).meta({ id: "DashboardTemplate" });
export type DashboardTemplate = z.infer<typeof DashboardTemplate>;

/** A template that is run more and more. */
export const TrendingTemplate = z
  .object({
    tenant: TenantId,
    templateId: ResourceId,
    name: z.string(),
    score: z.number().meta({ description: "Its runs, each worth half as much with every 3 days that it is older" }),
    runs7d: count,
    includesSample: z.boolean(),
  })
  .meta({ id: "TrendingTemplate" });
export type TrendingTemplate = z.infer<typeof TrendingTemplate>;

/** What is known of the runs of many templates. */
export const AnalyticsDashboard = z
  .object({
    scope: z.enum(["own", "visible"]),
    ...usageRange,
    ...usageTruth,
    totals: RunCounts.extend({
      templates: count.meta({ description: "Templates that were run" }),
      success: SuccessRate.optional(),
      tokens: RunTokens.optional().meta({ description: "With `scope=own` only" }),
      cost: RunCost.optional().meta({ description: "With `scope=own` only" }),
    }),
    top: z.array(DashboardTemplate).meta({ description: "The 10 that were run most" }),
    trending: z.object({
      floor: z.object({ runs: count, days: count }).meta({ description: "Fewer runs in so many days are no trend" }),
      halfLifeDays: z.number(),
      templates: z.array(TrendingTemplate).meta({ description: "The 10 with the highest scores, at the moment" }),
    }),
    categories: z
      .array(
        RunCounts.extend({
          category: ResourceId.optional().meta({ description: "Absent: templates without one" }),
          templates: count,
          success: SuccessRate.optional(),
        }),
      )
      .meta({ description: "The 50 with the most runs" }),
    ratings: z
      .object({
        count,
        average: z.number().optional(),
        histogram: z.object({ 1: count, 2: count, 3: count, 4: count, 5: count }),
      })
      .meta({ description: "Of all templates in this scope, whenever they were given" }),
  })
  .meta({ id: "AnalyticsDashboard" });
export type AnalyticsDashboard = z.infer<typeof AnalyticsDashboard>;

/** What the stream tells: templates whose figures have changed, with what they are now. */
export const UsageNews = z
  .object({
    asOf: Timestamp,
    complete: z.boolean().meta({ description: "false: more templates have changed than are listed; read anew" }),
    templates: z.array(
      z.object({
        tenant: TenantId,
        templateId: ResourceId,
        today: RunCounts.meta({ description: "Today's runs until now (UTC), whoever ran it" }),
      }),
    ),
  })
  .meta({ id: "UsageNews" });
export type UsageNews = z.infer<typeof UsageNews>;
