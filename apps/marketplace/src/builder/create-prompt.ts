import { randomUUID } from "node:crypto";
import type { BuilderTemplate, NewBuilderTemplate } from "@nofx/contract-marketplace";
import { inTenant, recordEvent, type TenantTransaction, type WriteScope } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { newPrompt } from "./prompt.rules.ts";
import { findLocked } from "./prompt.store.ts";
import { insertPrompt } from "./prompt-writes.store.ts";

/** A prompt and the change that it came with. */
export interface ChangedPrompt {
  readonly template: BuilderTemplate;
  readonly changeId: string;
}

/** What is there after a write. */
export const shownNow = async (trx: TenantTransaction<DB>, tenant: string, id: string): Promise<BuilderTemplate> => {
  const found = await findLocked(trx, tenant, id);
  if (!found) throw new Error(`The prompt ${id} is gone within its own transaction`);
  return found.shown;
};

/** Publishes the first version of a prompt, within a transaction. */
export const addPrompt = async (
  trx: TenantTransaction<DB>,
  scope: WriteScope,
  at: Date,
  order: NewBuilderTemplate,
): Promise<ChangedPrompt> => {
  const { tenantId: tenant, subject: by } = scope;
  const state = { tenant, id: `tmpl_${randomUUID()}`, version: "1.0.0", prompt: newPrompt(order), by, at };
  const digest = await insertPrompt(trx, state);
  const changeId = await recordEvent(trx, scope, at, {
    type: "template.version_published",
    visibility: "private",
    resourceType: "template",
    resourceId: state.id,
    version: state.version,
    data: { kind: "prompt", digest, currentVersion: state.version, visibility: "private" },
  });
  return { template: await shownNow(trx, tenant, state.id), changeId };
};

export const createPrompt = (deps: Deps, ctx: RequestContext, order: NewBuilderTemplate): Promise<ChangedPrompt> =>
  inTenant(deps.db, ctx, (trx) => addPrompt(trx, ctx, deps.now(), order));
