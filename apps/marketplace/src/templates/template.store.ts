import type { TemplateDetail, TemplateSummary, TemplateVersionSummary, TestBadge } from "@nofx/contract-marketplace";
import { type Database, readInTenant, type TenantScope } from "@nofx/db-kit";
import { precedenceKey } from "@nofx/versioning";
import { type Kysely, type Selectable, sql } from "kysely";
import { type Popularity, scoreOf, usageOf } from "../analytics/popularity.rules.ts";
import type { DB, Templates, TemplateVersions } from "../db/schema.gen.ts";
import { averageOf, type Ratings } from "../ratings/ratings.rules.ts";
import type { TemplateAddress } from "./address.ts";

/** A template with what its ETag needs. */
export interface Template {
  readonly summary: TemplateSummary;
  readonly detail: Pick<TemplateDetail, "analytics" | "metadata" | "ownerId" | "createdAt">;
  readonly revision: string;
}

/**
 * A template's ratings, which lie apart from its row: one more column for whatever selects or returns all of a row of
 * `templates`. Looked up for the rows of a page only, behind its sorting and its limit.
 */
const ratingsColumn = sql<Ratings | null>`(
  SELECT jsonb_build_object('count', r.rating_count, 'sum', r.rating_sum) FROM template_rating_totals r
  WHERE r.tenant_id = templates.tenant_id AND r.template_id = templates.template_id)`.as("ratings");

/** How tests went, of which the caller may read the report. */
type TestsOf = TestBadge | null;

const badge = sql`SELECT jsonb_build_object('passed', r.passed, 'failed', r.failed, 'testedAt', r.tested_at)
  FROM template_test_reports r`;

/** Those of a template's current version: one more column, likewise. */
const testsColumn = sql<TestsOf>`(${badge}
  WHERE r.tenant_id = templates.tenant_id AND r.template_id = templates.template_id
    AND r.version = templates.current_version)`.as("tests");

const versionTests = sql<TestsOf>`(${badge}
  WHERE r.tenant_id = template_versions.tenant_id AND r.template_id = template_versions.template_id
    AND r.version = template_versions.version)`.as("tests");

const testsField = (tests: TestsOf): Pick<TemplateSummary, "tests"> =>
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

type TemplateRow = Selectable<Templates> & {
  readonly ratings: Ratings | null;
  readonly tests: TestsOf;
  readonly usage: Popularity | null;
};

const ratingFields = (ratings: Ratings | null): Pick<TemplateSummary, "ratingAverage" | "ratingCount"> => {
  const average = ratings ? averageOf(ratings) : undefined;
  return { ratingCount: ratings?.count ?? 0, ...(average !== undefined && { ratingAverage: average }) };
};

/** The part of a status that templates and versions have alike; columns that are not set say nothing. */
const statusDetails = (row: { readonly status_reason: string | null; readonly deprecated_at: Date | null }) => ({
  ...(row.status_reason !== null && { statusReason: row.status_reason }),
  ...(row.deprecated_at !== null && { deprecatedAt: row.deprecated_at.toISOString() }),
});

/** A row of templates as the domain knows it. */
export const toTemplate = (row: TemplateRow): Template => ({
  summary: {
    id: row.id,
    tenant: row.tenant_id,
    templateId: row.template_id,
    kind: row.kind as TemplateSummary["kind"],
    name: row.name,
    ...(row.description !== "" && { description: row.description }),
    status: row.status as TemplateSummary["status"],
    ...statusDetails(row),
    ...(row.successor_tenant !== null &&
      row.successor_template !== null && {
        successor: { tenant: row.successor_tenant, templateId: row.successor_template },
      }),
    visibility: row.visibility as TemplateSummary["visibility"],
    currentVersion: row.current_version,
    ...(row.category !== null && { category: row.category }),
    tags: row.tags,
    ...(row.license !== null && { license: row.license }),
    ...(row.owner !== null && { owner: row.owner }),
    agents: row.agents,
    ...ratingFields(row.ratings),
    ...testsField(row.tests),
    popularityScore: scoreOf(row.usage),
    updatedAt: row.updated_at.toISOString(),
    publishedAt: row.published_at.toISOString(),
  },
  detail: {
    analytics: usageOf(row.usage),
    metadata: row.metadata as Record<string, unknown>,
    ownerId: row.owner_id,
    createdAt: row.created_at.toISOString(),
  },
  revision: row.revision,
});

export type VersionRow = Pick<Selectable<TemplateVersions>, (typeof ownColumns)[number]> & {
  readonly tests: TestsOf;
};

export const toVersion = (row: VersionRow): TemplateVersionSummary => ({
  id: row.id,
  version: row.version,
  status: row.status as TemplateVersionSummary["status"],
  ...statusDetails(row),
  ...(row.successor !== null && { successor: row.successor }),
  digest: row.digest,
  checksum: row.digest,
  publishedAt: row.published_at.toISOString(),
  publishedBy: row.published_by,
  ...(row.commit_sha !== null && { sourceCommit: row.commit_sha }),
  ...testsField(row.tests),
});

const ownColumns = [
  "id",
  "version",
  "status",
  "status_reason",
  "deprecated_at",
  "successor",
  "digest",
  "commit_sha",
  "published_at",
  "published_by",
] as const;

/** What a version's summary is made of. */
export const versionColumns = [...ownColumns, versionTests] as const;

export const templateRow = (query: Kysely<DB>, { tenant, templateId }: TemplateAddress) =>
  query
    .selectFrom("templates")
    .selectAll()
    .select(countedColumns)
    .where("tenant_id", "=", tenant)
    .where("template_id", "=", templateId);

export const versionRows = (query: Kysely<DB>, { tenant, templateId }: TemplateAddress) =>
  query
    .selectFrom("template_versions")
    .select(versionColumns)
    .where("tenant_id", "=", tenant)
    .where("template_id", "=", templateId)
    .orderBy("precedence", "desc");

export const findTemplate = async (
  db: Database<DB>,
  scope: TenantScope,
  address: TemplateAddress,
): Promise<Template | undefined> => {
  const [row] = await readInTenant(db, scope, (query) => templateRow(query, address));
  return row && toTemplate(row);
};

/** A template's versions by falling precedence, below `before` if that is given. */
export const listVersions = async (
  db: Database<DB>,
  scope: TenantScope,
  address: TemplateAddress,
  page: { readonly before?: string | undefined; readonly limit: number },
): Promise<TemplateVersionSummary[]> => {
  const rows = await readInTenant(db, scope, (query) => {
    const versions = versionRows(query, address).limit(page.limit);
    return page.before === undefined ? versions : versions.where("precedence", "<", precedenceKey(page.before));
  });
  return rows.map(toVersion);
};

/** The canonical text of a version, as it was published, and the version's summary without its tests. */
export const findDocument = async (
  db: Database<DB>,
  scope: TenantScope,
  { tenant, templateId }: TemplateAddress,
  version: string,
): Promise<{ text: string; summary: TemplateVersionSummary } | undefined> => {
  const [row] = await readInTenant(db, scope, (query) =>
    query
      .selectFrom("template_versions")
      .select([...ownColumns, "document"])
      .where("tenant_id", "=", tenant)
      .where("template_id", "=", templateId)
      .where("version", "=", version),
  );
  return row && { text: row.document, summary: toVersion({ ...row, tests: null }) };
};

export const findFile = async (
  db: Database<DB>,
  scope: TenantScope,
  { tenant, templateId }: TemplateAddress,
  digest: string,
): Promise<Buffer | undefined> => {
  const [row] = await readInTenant(db, scope, (query) =>
    query
      .selectFrom("template_files")
      .select("content")
      .where("tenant_id", "=", tenant)
      .where("template_id", "=", templateId)
      .where("digest", "=", digest),
  );
  return row?.content;
};
