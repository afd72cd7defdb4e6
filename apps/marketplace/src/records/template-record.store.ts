import { recordLimits } from "@nofx/contract-kit";
import { recordUsesMax, type TemplateRecord } from "@nofx/contract-marketplace";
import { type Database, readInTenant, type TenantScope } from "@nofx/db-kit";
import { type Kysely, type RawBuilder, type Selectable, sql } from "kysely";
import type { DB, Templates } from "../db/schema.gen.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { toTemplate } from "../templates/template.store.ts";
import { type CountedOf, countedColumns } from "../templates/template-counts.store.ts";
import type { Declared, KnownTemplate, Locked } from "./template-record.rules.ts";

/** A row of templates with what lies in other tables. */
type RecordRow = Selectable<Templates> &
  CountedOf & {
    readonly categories: string[];
    readonly document_bytes: number;
    readonly versions: TemplateRecord["versions"];
    readonly version_count: number;
    readonly prior: number | null;
    readonly success: number | null;
    readonly forked_from: TemplateRecord["forkedFrom"] | null;
    readonly declared: readonly Declared[];
    readonly locked: readonly (Omit<Locked, "environment"> & { readonly environment: string })[];
  };

/** The templates behind a place. */
export interface RecordPlace {
  readonly after: TemplateAddress | undefined;
  readonly limit: number;
}

/** The templates of a page: those behind a place, or those that are named. */
export type RecordSelection = RecordPlace | { readonly keys: readonly TemplateAddress[] };

/** Something of all templates behind a place, by tenant and id. */
const onPage = (columns: RawBuilder<unknown>, { after, limit }: RecordPlace): RawBuilder<unknown> => {
  const behind = after ? sql`WHERE (tenant_id, template_id) > (${after.tenant}, ${after.templateId})` : sql``;
  return sql`SELECT ${columns} FROM templates ${behind} ORDER BY tenant_id, template_id LIMIT ${limit}`;
};

const selected = (selection: RecordSelection): RawBuilder<unknown> => {
  if ("keys" in selection) {
    const { keys } = selection;
    return sql`
      SELECT t.* FROM (
        SELECT DISTINCT * FROM unnest(${keys.map(({ tenant }) => tenant)}::text[],
          ${keys.map(({ templateId }) => templateId)}::text[]) AS w (tenant_id, template_id)) w
      JOIN templates t ON t.tenant_id = w.tenant_id AND t.template_id = w.template_id`;
  }
  return onPage(sql`*`, selection);
};

/** Each category with itself and all above it. */
const lines = sql`
  SELECT leaf, array_agg(category_id ORDER BY height) AS line FROM (
    WITH RECURSIVE above AS (
      SELECT category_id AS leaf, category_id, parent_id, 0 AS height FROM categories
      UNION ALL
      SELECT above.leaf, c.category_id, c.parent_id, above.height + 1
      FROM above JOIN categories c ON c.category_id = above.parent_id)
    SELECT * FROM above) a
  GROUP BY leaf`;

/** What the rated ones among the templates were taken for, once for each category. */
const priors = sql`
  SELECT category, rating_prior(category) AS prior FROM (
    SELECT DISTINCT p.category FROM page p
    JOIN template_rating_totals r ON r.tenant_id = p.tenant_id AND r.template_id = p.template_id
    WHERE r.rating_count > 0) c`;

/** What belongs to the template of a row. */
const its = (alias: string) =>
  sql.raw(`${alias}.tenant_id = templates.tenant_id AND ${alias}.template_id = templates.template_id`);

const current = sql`
  SELECT octet_length(v.document) AS document_bytes FROM template_versions v
  WHERE ${its("v")} AND v.version = templates.current_version`;

const versions = sql`
  SELECT json_agg(json_build_object('version', v.version, 'status', v.status, 'publishedAt', v.published_at,
           'publishedBy', v.published_by) ORDER BY v.precedence DESC) AS versions
  FROM (SELECT * FROM template_versions v WHERE ${its("v")}
        ORDER BY v.precedence DESC LIMIT ${recordLimits.versionsMax}) v`;

const versionCount = sql`SELECT count(*)::int AS version_count FROM template_versions v WHERE ${its("v")}`;

const declared = sql`
  SELECT coalesce(json_agg(json_build_object('kind', d.on_kind, 'tenant', d.on_tenant, 'id', d.on_id, 'range', d.range)
           ORDER BY d.on_kind, d.on_tenant, d.on_id, d.range), '[]') AS declared
  FROM template_dependencies d WHERE ${its("d")}`;

/** The current version's first, then those of others, the highest first. */
const lockOrder = sql.raw(
  "e.version = templates.current_version DESC, v.precedence DESC, e.environment, e.kind, e.on_tenant, e.on_id",
);

const locked = sql`
  SELECT coalesce(json_agg(json_build_object('kind', e.kind, 'tenant', e.on_tenant, 'id', e.on_id, 'locked', e.on_version,
           'version', e.version, 'environment', e.environment) ORDER BY e.place), '[]') AS locked
  FROM (
    SELECT e.*, row_number() OVER (ORDER BY ${lockOrder}) AS place
    FROM template_lock_entries e
    JOIN template_versions v ON v.tenant_id = e.tenant_id AND v.template_id = e.template_id AND v.version = e.version
    WHERE ${its("e")} AND (v.status <> 'archived' OR v.version = templates.current_version)
    ORDER BY ${lockOrder} LIMIT ${recordUsesMax}) e`;

const forkedFrom = sql`(
  SELECT json_build_object('tenant', f.from_tenant, 'templateId', f.from_template, 'version', f.from_version)
  FROM template_forks f WHERE ${its("f")}) AS forked_from`;

/** All but documents and files, of all templates of a page: one statement. Each one's rows are looked up by its name. */
const recordsQuery = (selection: RecordSelection) => sql<RecordRow>`
  WITH page AS MATERIALIZED (${selected(selection)}), lines AS MATERIALIZED (${lines}), priors AS MATERIALIZED (${priors})
  SELECT templates.*, ${sql.join(countedColumns)}, c.*, v.*, n.*, d.*, e.*, ${forkedFrom},
    coalesce(l.line, array_remove(ARRAY[templates.category], NULL)) AS categories,
    (SELECT p.prior FROM priors p WHERE p.category IS NOT DISTINCT FROM templates.category) AS prior,
    (SELECT p.success FROM template_popularity p WHERE ${its("p")}) AS success
  FROM page templates
  LEFT JOIN lines l ON l.leaf = templates.category
  CROSS JOIN LATERAL (${current}) c CROSS JOIN LATERAL (${versions}) v CROSS JOIN LATERAL (${versionCount}) n
  CROSS JOIN LATERAL (${declared}) d CROSS JOIN LATERAL (${locked}) e
  ORDER BY templates.tenant_id, templates.template_id`;

const toKnown = (row: RecordRow): KnownTemplate => {
  const { summary, detail } = toTemplate(row);
  return {
    summary,
    metadata: detail.metadata,
    createdAt: detail.createdAt,
    categories: row.categories,
    documentBytes: row.document_bytes,
    versions: row.versions.map((version) => ({
      ...version,
      publishedAt: new Date(version.publishedAt).toISOString(),
    })),
    versionCount: row.version_count,
    ...(row.forked_from && { forkedFrom: row.forked_from }),
    ratings: row.ratings,
    prior: row.prior,
    popularity: row.usage,
    success: row.success,
    declared: row.declared,
    locked: row.locked.map(({ environment, ...held }) => ({ ...held, ...(environment !== "" && { environment }) })),
  };
};

/** What is known of templates, by tenant and id. */
export const listKnownTemplates = async (
  db: Database<DB>,
  scope: TenantScope,
  selection: RecordSelection,
): Promise<KnownTemplate[]> => {
  const rows = await readInTenant(db, scope, (query: Kysely<DB>) => ({
    compile: () => recordsQuery(selection).compile(query),
  }));
  return rows.map(toKnown);
};

/** The keys of templates, by tenant and id. */
export const listKeys = (db: Database<DB>, scope: TenantScope, place: RecordPlace): Promise<TemplateAddress[]> =>
  readInTenant(db, scope, (query: Kysely<DB>) => ({
    compile: () =>
      sql<TemplateAddress>`${onPage(sql`tenant_id AS tenant, template_id AS "templateId"`, place)}`.compile(query),
  }));
