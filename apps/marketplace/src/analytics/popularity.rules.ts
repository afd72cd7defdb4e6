import type { TemplateUsage } from "@nofx/contract-marketplace";

/** How many days of UTC count, today included. */
export const popularityDays = 30;

/** After how long a run is worth half. */
export const trendHalfLifeMs = 3 * 24 * 60 * 60 * 1000;

/** What is kept of a template's runs, as the database gives it. */
export interface Popularity {
  readonly usage: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly durationMs: number;
  readonly tokens: number;
  readonly tokensTold: number;
  readonly lastRunAt: string;
  readonly hasSample: boolean;
  readonly score: number;
}

/** How often, and how often well: what templates are compared by. 0 for one that was never run. */
export const scoreOf = (popularity: Popularity | null): number => popularity?.score ?? 0;

/** What a template's detail tells of its runs. */
export const usageOf = (popularity: Popularity | null): TemplateUsage => {
  if (!popularity) return { usageCount30d: 0, successCount30d: 0, failureCount30d: 0, successRate30d: 0 };
  const { usage, succeeded, failed, durationMs, tokens, tokensTold, lastRunAt, hasSample } = popularity;
  return {
    usageCount30d: usage,
    successCount30d: succeeded,
    failureCount30d: failed,
    successRate30d: succeeded === 0 ? 0 : succeeded / (succeeded + failed),
    ...(succeeded > 0 && { averageDurationSeconds: durationMs / succeeded / 1000 }),
    ...(tokensTold > 0 && { averageTokenUsage: tokens / tokensTold }),
    lastRunAt: new Date(lastRunAt).toISOString(),
    ...(hasSample && { sample: true }),
  };
};
