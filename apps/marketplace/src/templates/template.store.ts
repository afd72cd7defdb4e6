import type { TemplateDetail, TemplateSummary, TemplateVersionSummary } from "@nofx/contract-marketplace";
import { type Database, readInTenant, type TenantScope } from "@nofx/db-kit";
import { precedenceKey } from "@nofx/versioning";
import type { Kysely, Selectable } from "kysely";
import { usageOf } from "../analytics/popularity.rules.ts";
import type { DB, Templates, TemplateVersions } from "../db/schema.gen.ts";
import type { TemplateAddress } from "./address.ts";
import {
  type CountedOf,
  countedColumns,
  countedFields,
  type TestsOf,
  testsField,
  versionTests,
} from "./template-counts.store.ts";

/** A template with what its ETag needs. */
export interface Template {
  readonly summary: TemplateSummary;
  readonly detail: Pick<TemplateDetail, "analytics" | "metadata" | "ownerId" | "createdAt">;
  readonly revision: string;
}

type TemplateRow = Selectable<Templates> & CountedOf;

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
    ...countedFields(row),
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
