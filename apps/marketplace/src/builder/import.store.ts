import type { StoredTemplate } from "@nofx/contract-marketplace";
import type { TenantTransaction } from "@nofx/db-kit";
import type { Prompt } from "@nofx/template";
import type { DB } from "../db/schema.gen.ts";
import type { PastState } from "./import.rules.ts";
import { insertTemplate, insertVersion, saveDeployment } from "./prompt-writes.store.ts";

/** The digest of how a prompt was imported; undefined if it was not. */
export const findImport = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  id: string,
): Promise<string | undefined> => {
  const row = await trx
    .selectFrom("builder_imports")
    .select("digest")
    .where("tenant_id", "=", tenant)
    .where("template_id", "=", id)
    .executeTakeFirst();
  return row?.digest;
};

/** Whether a template has the id. */
export const isTaken = async (trx: TenantTransaction<DB>, tenant: string, id: string): Promise<boolean> =>
  (await trx
    .selectFrom("templates")
    .select("id")
    .where("tenant_id", "=", tenant)
    .where("template_id", "=", id)
    .executeTakeFirst()) !== undefined;

/** Keeps an imported prompt with its past and where it is switched on. */
export const insertImported = async (
  trx: TenantTransaction<DB>,
  order: {
    readonly tenant: string;
    readonly by: string;
    readonly at: Date;
    readonly digest: string;
    readonly version: string;
  },
  stored: StoredTemplate,
  prompt: Prompt,
  past: readonly PastState[],
): Promise<void> => {
  const { tenant, by, at, digest, version } = order;
  const state = { tenant, id: stored.id, version, prompt, by, at: new Date(stored.updatedAt) };
  await insertTemplate(trx, state, new Date(stored.createdAt));
  await insertVersion(trx, state);
  const rows = past.map(({ number, description, instructions, updatedAt }, index) => ({
    tenant_id: tenant,
    template_id: stored.id,
    number,
    version: index === past.length - 1 ? version : null,
    description,
    instructions,
    updated_at: new Date(updatedAt),
  }));
  await trx.insertInto("builder_history").values(rows).execute();
  for (const [environment, channels] of Object.entries(stored.deployments)) {
    for (const [channel, enabled] of Object.entries(channels)) {
      await saveDeployment(trx, state, { environment, channel, enabled } as Parameters<typeof saveDeployment>[2]);
    }
  }
  await trx
    .insertInto("builder_imports")
    .values({ tenant_id: tenant, template_id: stored.id, digest, imported_at: at, imported_by: by })
    .execute();
};
