import type { BundledHistory, BundledTemplate, BundledVersion } from "@nofx/contract-marketplace";
import type { TenantTransaction } from "@nofx/db-kit";
import { saveDeployment } from "../builder/prompt-writes.store.ts";
import type { DB } from "../db/schema.gen.ts";
import type { TemplateAddress } from "../templates/address.ts";

/** Gives a template that is new what a bundle says of it beside its versions. */
export const keepTemplateFacts = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
  { status }: Pick<BundledTemplate, "status">,
): Promise<void> => {
  await trx
    .updateTable("templates")
    .set({ status })
    .where("tenant_id", "=", tenant)
    .where("template_id", "=", templateId)
    .execute();
};

/** Gives a version that is new what a bundle says of it beside its document. */
export const keepVersionFacts = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
  { version, status }: BundledVersion,
): Promise<void> => {
  await trx
    .updateTable("template_versions")
    .set({ status })
    .where("tenant_id", "=", tenant)
    .where("template_id", "=", templateId)
    .where("version", "=", version)
    .execute();
};

/** Rows that one statement writes: each has seven parameters, of at most 65,535. */
const rowsMax = 5_000;

/** The past of a prompt that is new. */
export const insertHistory = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
  history: BundledHistory,
): Promise<void> => {
  for (let start = 0; start < history.length; start += rowsMax) {
    const rows = history.slice(start, start + rowsMax).map(({ number, version, updatedAt, ...words }) => ({
      tenant_id: tenant,
      template_id: templateId,
      number,
      version: version ?? null,
      ...words,
      updated_at: new Date(updatedAt),
    }));
    await trx.insertInto("builder_history").values(rows).execute();
  }
};

/** What the builder knows of a prompt that is new: where it is switched on, and what it was imported from. */
export const insertBuilderFacts = async (
  trx: TenantTransaction<DB>,
  { tenant, templateId }: TemplateAddress,
  { deployments, source }: NonNullable<BundledTemplate["builder"]>,
  { by, at }: { readonly by: string; readonly at: Date },
): Promise<void> => {
  for (const [environment, channels] of Object.entries(deployments)) {
    for (const [channel, enabled] of Object.entries(channels)) {
      const deployment = { environment, channel, enabled } as Parameters<typeof saveDeployment>[2];
      await saveDeployment(trx, { tenant, id: templateId, by, at }, deployment);
    }
  }
  if (source === undefined) return;
  await trx
    .insertInto("builder_imports")
    .values({ tenant_id: tenant, template_id: templateId, digest: source, imported_at: at, imported_by: by })
    .execute();
};
