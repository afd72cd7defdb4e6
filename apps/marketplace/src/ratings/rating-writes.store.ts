import { randomUUID } from "node:crypto";
import type { OwnRating } from "@nofx/contract-marketplace";
import type { TenantScope, TenantTransaction } from "@nofx/db-kit";
import type { DB } from "../db/schema.gen.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { toOwnRating } from "./rating.store.ts";
import type { Opinion } from "./ratings.rules.ts";

/** Keeps the caller's rating, in the place of the one before. Triggers bring the totals up to date. */
export const saveRating = async (
  trx: TenantTransaction<DB>,
  { tenantId, subject }: TenantScope,
  { tenant, templateId }: TemplateAddress,
  { version, rating, comment }: Opinion,
  at: Date,
): Promise<OwnRating> => {
  const said = { version, rating, comment: comment ?? null, updated_at: at };
  const row = await trx
    .insertInto("template_ratings")
    .values({
      tenant_id: tenantId,
      subject,
      template_tenant: tenant,
      template_id: templateId,
      id: randomUUID(),
      created_at: at,
      ...said,
    })
    .onConflict((conflict) =>
      conflict.columns(["tenant_id", "subject", "template_tenant", "template_id"]).doUpdateSet(said),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return toOwnRating(row);
};

export const deleteRating = async (
  trx: TenantTransaction<DB>,
  { tenantId, subject }: TenantScope,
  { tenant, templateId }: TemplateAddress,
): Promise<void> => {
  await trx
    .deleteFrom("template_ratings")
    .where("tenant_id", "=", tenantId)
    .where("subject", "=", subject)
    .where("template_tenant", "=", tenant)
    .where("template_id", "=", templateId)
    .executeTakeFirstOrThrow();
};
