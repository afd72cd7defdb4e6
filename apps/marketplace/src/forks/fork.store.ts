import type { ForkOrigin, TemplateFork, TemplateVersionDocument } from "@nofx/contract-marketplace";
import { type Database, readInTenant, type TenantScope, type TenantTransaction } from "@nofx/db-kit";
import { type Kysely, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { toTemplate } from "../templates/template.store.ts";
import { countedColumns } from "../templates/template-counts.store.ts";
import { forkRows } from "./lineage.store.ts";

/** Where a page of forks ended. */
export interface ForkPosition {
  readonly forkedAt: string;
  readonly tenant: string;
  readonly templateId: string;
}

export const insertFork = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
  origin: Omit<ForkOrigin, "latest">,
): Promise<void> => {
  await trx
    .insertInto("template_forks")
    .values({
      tenant_id: tenant,
      template_id: templateId,
      from_tenant: origin.tenant,
      from_template: origin.templateId,
      from_version: origin.version,
      from_digest: origin.digest,
      forked_at: origin.forkedAt,
    })
    .execute();
};

/** The contents of a published version's files, by digest. */
export const findContents = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
  { files = [] }: TemplateVersionDocument,
): Promise<ReadonlyMap<string, Uint8Array>> => {
  if (files.length === 0) return new Map();
  const rows = await trx
    .selectFrom("template_files")
    .select(["digest", "content"])
    .where("tenant_id", "=", tenant)
    .where("template_id", "=", templateId)
    .where(
      "digest",
      "in",
      files.map(({ digest }) => digest),
    )
    .execute();
  return new Map(rows.map(({ digest, content }) => [digest, content]));
};

export interface ForkPage {
  readonly after: ForkPosition | undefined;
  readonly limit: number;
}

/** A page of a template's forks, the latest first. */
export const forkPageQuery = (query: Kysely<DB>, source: TemplateAddress, { after, limit }: ForkPage) => {
  const ordered = forkRows(query, source)
    .selectAll("templates")
    .select(["f.from_version", "f.from_digest", "f.forked_at", ...countedColumns])
    .orderBy("f.forked_at", "desc")
    .orderBy("f.tenant_id", "desc")
    .orderBy("f.template_id", "desc")
    .limit(limit);
  return after
    ? ordered.where(
        sql<boolean>`(f.forked_at, f.tenant_id, f.template_id) < (${new Date(after.forkedAt)}, ${after.tenant}, ${after.templateId})`,
      )
    : ordered;
};

export const listForkRows = async (
  db: Database<DB>,
  scope: TenantScope,
  source: TemplateAddress,
  page: ForkPage,
): Promise<TemplateFork[]> => {
  const rows = await readInTenant(db, scope, (query) => forkPageQuery(query, source, page));
  return rows.map((row) => ({
    template: toTemplate(row).summary,
    version: row.from_version,
    digest: row.from_digest,
    forkedAt: row.forked_at.toISOString(),
  }));
};
