import type { TemplateSummary, TestBadge } from "@nofx/contract-marketplace";
import { sql } from "kysely";
import { type Popularity, scoreOf } from "../analytics/popularity.rules.ts";
import { averageOf, type Ratings } from "../ratings/ratings.rules.ts";

/**
 * A template's ratings, which lie apart from its row: one more column for whatever selects or returns all of a row of
 * `templates`. Looked up for the rows of a page only, behind its sorting and its limit.
 */
const ratingsColumn = sql<Ratings | null>`(
  SELECT jsonb_build_object('count', r.rating_count, 'sum', r.rating_sum) FROM template_rating_totals r
  WHERE r.tenant_id = templates.tenant_id AND r.template_id = templates.template_id)`.as("ratings");

/** How tests went, of which the caller may read the report. */
export type TestsOf = TestBadge | null;

const badge = sql`SELECT jsonb_build_object('passed', r.passed, 'failed', r.failed, 'testedAt', r.tested_at)
  FROM template_test_reports r`;

/** Those of a template's current version: one more column, likewise. */
const testsColumn = sql<TestsOf>`(${badge}
  WHERE r.tenant_id = templates.tenant_id AND r.template_id = templates.template_id
    AND r.version = templates.current_version)`.as("tests");

/** Those of a version. */
export const versionTests = sql<TestsOf>`(${badge}
  WHERE r.tenant_id = template_versions.tenant_id AND r.template_id = template_versions.template_id
    AND r.version = template_versions.version)`.as("tests");

/** How tests went, as a summary tells it. */
export const testsField = (tests: TestsOf): Pick<TemplateSummary, "tests"> =>
  tests ? { tests: { ...tests, testedAt: new Date(tests.testedAt).toISOString() } } : {};

/** What is known of its runs, in the same way. */
const usageColumn = sql<Popularity | null>`(
  SELECT jsonb_build_object('usage', p.usage_30d, 'succeeded', p.succeeded_30d, 'failed', p.failed_30d,
    'durationMs', p.duration_30d, 'tokens', p.tokens_30d, 'tokensTold', p.tokens_told_30d, 'lastRunAt', p.last_run_at,
    'hasSample', p.has_sample, 'score', p.popularity)
  FROM template_popularity p WHERE p.tenant_id = templates.tenant_id AND p.template_id = templates.template_id)`.as(
  "usage",
);

/** All of them. */
export const countedColumns = [ratingsColumn, testsColumn, usageColumn] as const;

/** What these columns hold of one row. */
export interface CountedOf {
  readonly ratings: Ratings | null;
  readonly tests: TestsOf;
  readonly usage: Popularity | null;
}

const ratingFields = (ratings: Ratings | null): Pick<TemplateSummary, "ratingAverage" | "ratingCount"> => {
  const average = ratings ? averageOf(ratings) : undefined;
  return { ratingCount: ratings?.count ?? 0, ...(average !== undefined && { ratingAverage: average }) };
};

/** What a summary tells of it. */
export const countedFields = ({ ratings, tests, usage }: CountedOf) => ({
  ...ratingFields(ratings),
  ...testsField(tests),
  popularityScore: scoreOf(usage),
});
