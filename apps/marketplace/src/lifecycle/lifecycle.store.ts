import type { TemplateVersionSummary } from "@nofx/contract-marketplace";
import { lockUntilEnd, type TenantTransaction } from "@nofx/db-kit";
import { type KnownSuccessor, precedenceKey, type StatusChange } from "@nofx/versioning";
import { sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { toVersion, versionColumns } from "../templates/template.store.ts";
import { statusColumns } from "../templates/template-writes.store.ts";
import { findLocked } from "../templates/version.store.ts";

/** Where a template's successors lead, as far as the caller may see them. */
const successorsBeyond = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
): Promise<TemplateAddress[]> => {
  const { rows } = await sql<TemplateAddress>`
    WITH RECURSIVE beyond AS (
      SELECT successor_tenant, successor_template FROM templates
      WHERE tenant_id = ${tenant} AND template_id = ${templateId} AND successor_template IS NOT NULL
      UNION
      SELECT t.successor_tenant, t.successor_template FROM beyond b
      JOIN templates t ON t.tenant_id = b.successor_tenant AND t.template_id = b.successor_template
      WHERE t.successor_template IS NOT NULL
    ) SELECT successor_tenant AS tenant, successor_template AS "templateId" FROM beyond`.execute(trx);
  return rows;
};

/**
 * What is known of a template that is to be a successor. One at a time names successors of templates, of whichever tenant:
 * two could otherwise close a circle together. The lock is taken after the template's, and nothing is waited for behind it.
 */
export const lockSuccessor = async (
  trx: TenantTransaction<DB>,
  successor: TemplateAddress,
): Promise<KnownSuccessor<TemplateAddress>> => {
  await lockUntilEnd(trx, "template successors");
  const found = await findLocked(trx, successor);
  return { found: found?.summary, beyond: await successorsBeyond(trx, successor) };
};

/** Which versions of a template have a successor, and which. */
export const versionSuccessors = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
): Promise<ReadonlyMap<string, string>> => {
  const rows = await trx
    .selectFrom("template_versions")
    .select(["version", "successor"])
    .where("tenant_id", "=", tenant)
    .where("template_id", "=", templateId)
    .where("successor", "is not", null)
    .orderBy("precedence")
    .execute();
  return new Map(rows.flatMap(({ version, successor }) => (successor === null ? [] : [[version, successor] as const])));
};

export const updateVersionStatus = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
  version: string,
  change: StatusChange<TemplateVersionSummary["status"], string>,
): Promise<TemplateVersionSummary> => {
  const row = await trx
    .updateTable("template_versions")
    .set({ ...statusColumns(change), successor: change.successor ?? null })
    .where("tenant_id", "=", tenant)
    .where("template_id", "=", templateId)
    .where("version", "=", version)
    .returning(versionColumns)
    .executeTakeFirstOrThrow();
  return toVersion(row);
};

/** A template's released versions above one of them, highest first. */
export const listVersionsAbove = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
  version: string,
  limit: number,
): Promise<Pick<TemplateVersionSummary, "version" | "status">[]> => {
  const rows = await trx
    .selectFrom("template_versions")
    .select(["version", "status"])
    .where("tenant_id", "=", tenant)
    .where("template_id", "=", templateId)
    .where("precedence", ">", precedenceKey(version))
    .where("status", "<>", "draft")
    .orderBy("precedence", "desc")
    .limit(limit)
    .execute();
  return rows.map((row) => ({ version: row.version, status: row.status as TemplateVersionSummary["status"] }));
};
