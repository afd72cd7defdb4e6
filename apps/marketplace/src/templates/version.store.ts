import type { TemplateVersionDocument, TemplateVersionSummary } from "@nofx/contract-marketplace";
import type { TenantTransaction } from "@nofx/db-kit";
import { type PublishedVersion, precedenceKey } from "@nofx/versioning";
import type { DB } from "../db/schema.gen.ts";
import type { TemplateAddress } from "./address.ts";
import { type Template, templateRow, toTemplate, toVersion, versionColumns, versionRows } from "./template.store.ts";

/** A version with its document and its summary. */
export type FoundVersion = PublishedVersion<TemplateVersionDocument> & { readonly summary: TemplateVersionSummary };

/** A template as it is in a transaction that holds its lock. */
export const findLocked = async (
  trx: TenantTransaction<DB>,
  address: TemplateAddress,
): Promise<Template | undefined> => {
  const row = await templateRow(trx, address).executeTakeFirst();
  return row && toTemplate(row);
};

/** A version with its document. Versions that differ only in build metadata are found by each other's name. */
export const findVersion = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
  version: string,
): Promise<FoundVersion | undefined> => {
  const row = await trx
    .selectFrom("template_versions")
    .select([...versionColumns, "document"])
    .where("tenant_id", "=", tenant)
    .where("template_id", "=", templateId)
    .where("precedence", "=", precedenceKey(version))
    .executeTakeFirst();
  if (!row) return undefined;
  const document = JSON.parse(row.document) as TemplateVersionDocument;
  return { version: row.version, digest: row.digest, document, summary: toVersion(row) };
};

export const highestVersions = async (
  trx: TenantTransaction<DB>,
  address: TemplateAddress,
  limit: number,
): Promise<TemplateVersionSummary[]> => (await versionRows(trx, address).limit(limit).execute()).map(toVersion);
